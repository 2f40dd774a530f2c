"""Whatever is kept of persons goes: with them, after its time, or, for a reason that is named, with nothing at all."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Field, FileField

from logistics.storage.erasing import colleague_holdings, helper_holdings, holdings
from logistics.storage.retaining import rules
from logistics.storage.secrets import EncryptedTextField

# What no erasure and no period takes, and why.
STAYS = {
    "audits_findingnote.text_commitment": "what an auditor found stands as long as the books that it is about",
    "donations_acknowledgement.name_commitment": "a numbered paper is kept as long as the books, by law",
    "donations_acknowledgement_name.name": "a numbered paper names who gave, as long as it is kept",
    "journal_committedtext.text": "goes with its owner: every column of commitments is looked at here",
    "journal_revision.commitments": "goes with the row whose history it is: erase_revision_texts",
    "outbox_endpoint.previous_secret": "signs calls, says nothing of anybody",
    "outbox_endpoint.secret": "signs calls, says nothing of anybody",
}


def _speaks_of_persons(field: "Field[object, object]") -> bool:
    """Tell whether a column is encrypted, is a file, or commits to a text that is kept apart."""
    is_text = isinstance(field, EncryptedTextField | FileField)
    return is_text or field.name.endswith("commitment") or field.name == "commitments"


def _columns() -> Iterator[tuple[str, str]]:
    """Yield the table and the column of whatever may speak of persons."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if _speaks_of_persons(field):
                yield model._meta.db_table, f"{model._meta.db_table}.{field.column}"


def test_every_column_about_persons_goes_with_them_or_after_its_time_or_says_why_not() -> None:
    left = {column for table, column in _columns() if table not in _told()}
    assert left - STAYS.keys() == set(), "declare it in the room's erasing.py or retaining.py"
    named = {column for _, column in _columns()}
    gone = {column for column in STAYS if column not in named}
    assert gone == set(), "no such column any more"


def test_what_is_declared_exists() -> None:
    tables = {model._meta.db_table for model in apps.get_models()}
    assert _told() <= tables


def _told() -> set[str]:
    kept = (*holdings(), *helper_holdings(), *colleague_holdings(), *rules())
    return {table for one in kept for table in one.tables}
