"""A notice shows whom the rules let in today, whatever they were when somebody was accepted."""

import pytest

from logistics.lists.models import Application, NoticeEntry, PublicNotice
from logistics.lists.notices import NobodyAccepted
from logistics.lists.rules import change_rules
from tests.lists.conftest import Listing, girl


def test_who_no_longer_meets_the_rules_stays_off_the_notice(listing: Listing) -> None:
    rules = listing.rules(eligibility={"age_to": 14})
    younger, older = listing.accepted(listing.family(girl(6)), listing.family(girl(12)))
    cause = listing.owner.cause(listing.now, "今年只给小学生")
    change_rules(actor=listing.owner, rules=rules, changes={"eligibility": {"age_to": 10}}, cause=cause)
    listing.notice()
    assert [entry.application for entry in NoticeEntry.objects.all()] == [younger]
    assert Application.objects.get(id=older.id).state == "ACCEPTED"
    with pytest.raises(NobodyAccepted):
        listing.notice()
    assert PublicNotice.objects.count() == 1
