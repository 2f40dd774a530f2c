"""Charts of accounts: data, with a default for every account of ours, and history."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from logistics.funds.models import Basis
from logistics.journal.models import AccountKind
from logistics.ledgers.actions import import_chart
from logistics.ledgers.charts import ChartLine, ChartUnreadable, charts_known, default_chart, read_lines
from logistics.ledgers.models import Chart
from logistics.ledgers.scope import LedgerScope
from logistics.ledgers.trial_balance import balance_lines
from tests.cast import World
from tests.looking import nothing_written

HEAD = "basis,account_kind,code,zh,en,root\n"


@pytest.mark.parametrize("basis", Basis.values)
@pytest.mark.parametrize("kind", AccountKind.values)
def test_every_account_of_ours_has_one_of_the_accountant_s(basis: str, kind: str) -> None:
    assert default_chart().line(basis, kind).code.isdigit()


def test_a_body_books_by_its_own_chart_from_the_moment_that_it_has_one(world: World) -> None:
    world.give_money(100)
    lines = read_lines(HEAD + "AGENCY,BANK,1011,零余额账户用款额度,Zero-balance account,ASSETS\n")
    import_chart(organisation_kind="FEDERATION", lines=lines, now=world.now)
    then = world.now - dt.timedelta(seconds=1)
    assert {line.chart.code for line in balance_lines(LedgerScope(None))} == {"1011", "2601"}
    assert charts_known(then) == {}
    import_chart(organisation_kind="FEDERATION", lines=default_lines_of_bank(), now=world.now + dt.timedelta(days=1))
    known = LedgerScope(None, known_at=world.now + dt.timedelta(hours=1))
    assert {line.chart.code for line in balance_lines(known)} == {"1011", "2601"}
    assert {line.chart.code for line in balance_lines(LedgerScope(None))} == {"1002", "2601"}


def default_lines_of_bank() -> list[ChartLine]:
    """Book banks as the default does."""
    return [default_chart().line("AGENCY", "BANK")]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "basis"),
        (HEAD, "basis"),
        ("a,b\n1,2\n", "basis"),
        (HEAD + "OURS,BANK,1,x,x,ASSETS\n", "basis"),
        (HEAD + "OWN,BARN,1,x,x,ASSETS\n", "account_kind"),
        (HEAD + "OWN,BANK,,x,x,ASSETS\n", "code"),
        (HEAD + "OWN,BANK,1 2,x,x,ASSETS\n", "code"),
        (HEAD + f"OWN,BANK,1,{'x' * 61},x,ASSETS\n", "zh"),
        (HEAD + "OWN,BANK,1,x,x,MOON\n", "root"),
    ],
    ids=range(9),
)
def test_a_chart_that_cannot_be_used_says_where(db: None, text: str, field: str) -> None:
    with nothing_written(), pytest.raises(ChartUnreadable) as refused:
        import_chart(organisation_kind="FEDERATION", lines=read_lines(text), now=dt.datetime.now(dt.UTC))
    assert refused.value.facts["field"] == field


def test_a_chart_stands_for_ever(world: World) -> None:
    row = import_chart(organisation_kind="SCHOOL", lines=default_lines_of_bank(), now=world.now)
    for change in (lambda: Chart.objects.filter(id=row.id).update(lines=[]), lambda: row.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_command_imports_a_file_or_says_what_is_wrong(db: None, tmp_path: Path) -> None:
    path, output = tmp_path / "chart.csv", io.StringIO()
    path.write_text("\ufeff" + HEAD + "OWN,BANK,1012,其他货币资金,Other money,ASSETS\n", encoding="utf-8")
    call_command("import_chart", "FOUNDATION", str(path), stdout=output)
    assert output.getvalue() == "1\n"
    assert charts_known(None)["FOUNDATION"].line("OWN", "BANK").code == "1012"
    path.write_text(HEAD + "OWN,BARN,1,x,x,ASSETS\n", encoding="utf-8")
    for file in (path, tmp_path / "nothing.csv"):
        with nothing_written(), pytest.raises(CommandError):
            call_command("import_chart", "FOUNDATION", str(file))
