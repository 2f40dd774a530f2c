"""The demonstration's rooms for families: no page is empty at first sight, and a second run adds nothing."""

import pytest
from django.utils import timezone

from logistics.lists.models import Application, DistributionList, Objection, PublicNotice
from logistics.needs.models import Need
from logistics.press.demo import give_passwords, load_demonstration
from logistics.press.demo_rooms import load_rooms
from logistics.replies.models import Grievance, ReplyCard, VerificationVisit
from logistics.sponsorships.models import Letter, Sponsorship
from logistics.volunteering.companion_models import Companionship
from logistics.volunteering.errand_models import Errand
from logistics.volunteering.knitting_models import KnittingOrder
from logistics.volunteering.wish_models import MicroWish
from tests.looking import assert_books_close

KINDS = (
    *(Need, Application, PublicNotice, DistributionList, Objection, MicroWish, Errand, Companionship, KnittingOrder),
    *(ReplyCard, VerificationVisit, Grievance, Sponsorship, Letter),
)


@pytest.mark.django_db
def test_no_page_is_empty_at_first_sight() -> None:
    now = timezone.now()
    load_demonstration(now=now)
    give_passwords(make=lambda: "made-for-a-test")
    assert load_rooms(now=now)
    counts = {kind: kind._default_manager.count() for kind in KINDS}
    assert [kind for kind, count in counts.items() if not count] == []
    assert {row.state for row in Need.objects.all()} == {"OPEN", "REFERRED", "MET"}
    assert not load_rooms(now=now)
    assert counts == {kind: kind._default_manager.count() for kind in KINDS}
    assert_books_close()
