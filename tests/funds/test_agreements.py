"""Agreements are recorded once, with the hash of what was signed."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from logistics.funds.agreements import (
    AgreementRecordedAlready,
    SignedInFuture,
    record_agreement,
)
from logistics.funds.cost_rules import CostRuleUnreadable
from logistics.funds.money_models import Agreement
from logistics.journal.history import Revision
from logistics.journal.verifying_history import require_history
from logistics.parties.proposals import EvidenceRequired
from tests.cast import World
from tests.looking import nothing_written
from tests.money import EVIDENCE


def _record(world: World, **other: object) -> tuple[Agreement, bool]:
    said: dict[str, object] = {
        "actor": world.as_actor(world.officer),
        "fund": world.warm_fund,
        "number": "示例协议-001",
        "signed_on": dt.date(2026, 1, 2),
        "document_sha256": EVIDENCE,
        "donor": world.donor,
        "purpose": "冬季暖心包",
        "management_cap_per_mille": 50,
        "now": world.now,
    }
    return record_agreement(**(said | other))  # type: ignore[arg-type] -- as the test says


def test_an_agreement_stands_once(world: World) -> None:
    first, is_new = _record(world)
    noted = Revision.objects.get(kind="AGREEMENT", subject_id=first.id)
    assert (noted.actor_id, noted.after["document_sha256"]) == (world.officer.id, EVIDENCE)
    require_history()
    again, is_new_again = _record(world)
    assert (first.id, is_new, is_new_again) == (again.id, True, False)
    with nothing_written(), pytest.raises(AgreementRecordedAlready):
        _record(world, management_cap_per_mille=60)


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"document_sha256": "x"}, EvidenceRequired),
        ({"signed_on": dt.date(2026, 1, 14)}, SignedInFuture),
        ({"management_cap_per_mille": 1_001}, CostRuleUnreadable),
    ],
)
def test_it_refuses_an_agreement_that_proves_nothing(world: World, other: dict[str, object], refusal: type) -> None:
    with nothing_written(), pytest.raises(refusal):
        _record(world, **other)


@pytest.mark.parametrize("statement", ["UPDATE funds_agreement SET purpose = ''", "DELETE FROM funds_agreement"])
def test_an_agreement_never_changes(world: World, statement: str) -> None:
    _record(world)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
