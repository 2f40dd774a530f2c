"""Whatever is kept of persons goes: with them, after its time, or, for a reason that is named, with nothing at all."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import CharField, Field, FileField, TextField

from logistics.storage.erasing import colleague_holdings, helper_holdings, holdings
from logistics.storage.retaining import rules
from logistics.storage.secrets import EncryptedTextField

FREE_LENGTH_MIN = 60
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
# Free words that stand in plain: of things, places and papers, or read by anybody, or needed as long as the books.
PLAIN = {
    "audits_mandate.reason": "why books are opened to an auditor: names bodies and papers",
    "audits_finding.subject_text": "a code, an id or the name of a ledger",
    "codes_code.revoked_because": "one of our own words, or why a label is worthless",
    "deliveries_scan.code_text": "a code as it was scanned",
    "deliveries_unposted.reason": "the code of a refusal",
    "donations_acknowledgement_void.reason": "why a paper is void, as long as the paper is kept",
    "donations_bill_void.reason": "why a bill is void, as long as the bill is kept",
    "donations_donation.note": "what a giver wants to be known of a gift, as long as the books",
    "donations_pledge.note": "what a giver promises, as long as the books",
    "donations_pledge.withdrawn_because": "why a giver does not give, as long as the books",
    "funds_agreement.purpose": "what a fund is for, for anybody to read",
    "funds_consent.purpose": "what a fund is for since, for anybody to read",
    "grants_grant.purpose": "what grants are for, one of few words",
    "journal_checkpoint.note": "signed bytes of the log",
    "journal_revision.reason": "of no row that has personal fields: those keep it apart",
    "ledgers_unmaskedview.reason": "why a ledger is opened: of no single person",
    "lists_allocation.release_reason": "one of our own words, or why a place is free again",
    "lists_list.decision_reason": "why a list was sent back, for all who decide on it",
    "lists_weights.reason": "why weights change, for anybody to read",
    "parcels_parcel.unposted_reason": "the code of a refusal",
    "parties_device.revoked_because": "goes with its person: committed apart in the history",
    "press_labelbatch.reason": "why labels are printed again",
    "stock_disposal.note": "why goods go",
    "stock_handdown.note": "of goods on the way between bodies",
    "stock_hold.note": "why goods are kept back",
    "stock_move.note": "why goods are elsewhere",
    "stock_pricerefund.reason": "why a supplier pays back",
    "stock_recall.reason": "what is wrong with goods, for anybody to read",
}
_FREE = ("note", "reason", "because", "purpose", "text", "words", "why")


def test_free_words_in_plain_are_named_with_a_reason() -> None:
    plain = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and not isinstance(field, EncryptedTextField)
        and not field.choices
        and (field.max_length is None or field.max_length >= FREE_LENGTH_MIN)
        and field.name.rsplit("_", 1)[-1] in _FREE
    }
    assert plain - PLAIN.keys() == set(), "encrypt it, or say why it speaks of nobody"
    assert PLAIN.keys() - plain == set(), "no such column any more"


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
