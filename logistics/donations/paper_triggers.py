"""What the database refuses about papers and bills: never changed, numbered without a gap, one that counts."""

from logistics.donations import bill_models, paper_models
from logistics.storage.triggers import MARK, Trigger, append_only, declare

__all__ = ["bill_models", "paper_models"]

_NUMBER_LEAVES_GAP = """
NEW.number < 1 OR (NEW.number > 1 AND NOT EXISTS (
  SELECT 1 FROM donations_acknowledgement a
  WHERE a.organisation_id = NEW.organisation_id AND a.year = NEW.year AND a.number = NEW.number - 1))
""".strip()
_PAPER_STANDS = """
NEW.revision < 1 OR (NEW.revision > 1 AND NOT EXISTS (
  SELECT 1 FROM donations_acknowledgement a JOIN donations_acknowledgement_void v ON v.acknowledgement_id = a.id
  WHERE a.donation_id = NEW.donation_id AND a.revision = NEW.revision - 1))
""".strip()

_BILL_STANDS = """
NEW.revision < 1 OR (NEW.revision > 1 AND NOT EXISTS (
  SELECT 1 FROM donations_bill b JOIN donations_bill_void v ON v.bill_id = b.id
  WHERE b.donation_id = NEW.donation_id AND b.revision = NEW.revision - 1))
OR NEW.use < 1 OR (NEW.use > 1 AND NOT EXISTS (
  SELECT 1 FROM donations_bill b JOIN donations_bill_void v ON v.bill_id = b.id
  WHERE b.code = NEW.code AND b.number = NEW.number AND b.use = NEW.use - 1))
""".strip()


def _refusing_when(name: str, table: str, word: str, condition: str) -> Trigger:
    refusal = f"RAISE EXCEPTION '{MARK}{word}' USING ERRCODE = 'check_violation';"
    return Trigger(
        name=name,
        table=table,
        moment="BEFORE INSERT",
        sqlite=f"SELECT RAISE(ABORT, '{MARK}{word}') WHERE {condition};",
        postgresql=f"IF {condition} THEN\n  {refusal}\nEND IF;\nRETURN NEW;",
    )


PAPER_TRIGGERS = declare(
    [
        *append_only("donations_acknowledgement", ("organisation_id", "year", "number"), ("donation_id", "revision")),
        *append_only("donations_acknowledgement_void", ("acknowledgement_id",)),
        _refusing_when(
            "donations_acknowledgement_no_gap", "donations_acknowledgement", "number_gap", _NUMBER_LEAVES_GAP
        ),
        _refusing_when(
            "donations_acknowledgement_one_stands", "donations_acknowledgement", "paper_stands", _PAPER_STANDS
        ),
    ]
)
BILL_TRIGGERS = declare(
    [
        *append_only("donations_bill", ("donation_id", "revision"), ("code", "number", "use")),
        *append_only("donations_bill_void", ("bill_id",)),
        _refusing_when("donations_bill_one_stands", "donations_bill", "bill_stands", _BILL_STANDS),
    ]
)
