"""A long list, end to end: facts read, ranked, matched, stored. NUANLIU_LIST_HOUSEHOLDS=50000 tries the longest."""

import os
import time

import pytest

from logistics.households.models import Member
from logistics.lists.drafts import reckoned
from logistics.lists.models import ListEntry
from tests.lists.conftest import Listing
from tests.lists.long_list import long_list

HOUSEHOLDS = int(os.environ.get("NUANLIU_LIST_HOUSEHOLDS", "1000"))
SECONDS_MAX = 30


@pytest.mark.timeout(900)
def test_a_long_list_is_published_reckoned_and_frozen_in_time(listing: Listing) -> None:
    rules = listing.rules(eligibility={"age_to": 14})
    offers = long_list(listing, HOUSEHOLDS, rules.round_name)
    notice = listing.notice()
    draft = listing.draft(notice, offers)
    begun = time.perf_counter()
    found = reckoned(draft)
    frozen = listing.approve(draft)
    assert time.perf_counter() - begun < 2 * SECONDS_MAX
    assert frozen.count == notice.count == len(found.places)
    assert ListEntry.objects.filter(offer__isnull=False).count() == HOUSEHOLDS // 4 * 3
    assert Member.objects.count() >= 2 * HOUSEHOLDS
