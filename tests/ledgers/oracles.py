"""Independent programs that read our books: beancount and hledger, as an auditor would run them."""

import csv
import io
import subprocess
import sys
from pathlib import Path

from logistics.ledgers.books import account_name, commodity_name
from logistics.ledgers.formats import written
from logistics.ledgers.scope import LedgerScope
from logistics.ledgers.trial_balance import balance_lines


def assert_programs_agree(scope: LedgerScope, folder: Path) -> None:
    """Let both programs check the book of a scope, and compare hledger's balances with our trial balance."""
    paths = {form: folder / f"book.{form}" for form in ("beancount", "hledger")}
    for form, path in paths.items():
        path.write_bytes(b"".join(written("journal", form, scope)))
    checked = _run(str(Path(sys.executable).with_name("bean-check")), str(paths["beancount"]))
    assert checked == "", checked
    _run("hledger", "-f", str(paths["hledger"]), "check", "-s")
    assert hledger_balances(paths["hledger"]) == own_balances(scope)


def hledger_balances(path: Path) -> dict[tuple[str, str], int]:
    """Ask hledger what every account holds of every commodity, in minor units of money."""
    text = _run("hledger", "-f", str(path), "bal", "-O", "csv", "--flat", "--no-total", "-N", "--layout=bare")
    found = {}
    for row in csv.DictReader(io.StringIO(text)):
        amount = row["balance"].replace(".", "") if row["commodity"] == "CNY" else row["balance"]
        if int(amount):
            found[row["account"], row["commodity"]] = int(amount)
    return found


def own_balances(scope: LedgerScope) -> dict[tuple[str, str], int]:
    """Say the closing quantities of our trial balance under the names of the book."""
    found: dict[tuple[str, str], int] = {}
    for line in balance_lines(scope):
        key = (account_name(line.chart, line.account_kind), commodity_name(line.item_id, line.commodity))
        found[key] = found.get(key, 0) + line.turnover.closing.quantity
    return {key: quantity for key, quantity in found.items() if quantity}


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[:2000] + done.stdout[:2000]
    return done.stdout
