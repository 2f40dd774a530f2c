"""How long a long list takes end to end: facts read, ranked, matched, frozen and sealed."""

import os
import time
from collections.abc import Callable

from logistics.lists.drafts import reckoned
from logistics.lists.models import ListEntry
from tests.cast import raise_curtain
from tests.lists.conftest import make_listing
from tests.lists.long_list import long_list

HOUSEHOLDS = int(os.environ.get("NUANLIU_LIST_HOUSEHOLDS", "50000"))
Say = Callable[[str, float, str], None]


def measure_long_list(say: Say) -> None:
    """Publish, reckon and approve one list of families of two children, with goods for three quarters of them."""
    listing = make_listing(raise_curtain())
    rules = listing.rules(eligibility={"age_to": 14})
    begun = time.perf_counter()
    offers = long_list(listing, HOUSEHOLDS, rules.round_name)
    say(f"{HOUSEHOLDS:,} families of two children, recorded encrypted in", time.perf_counter() - begun, "s")
    begun = time.perf_counter()
    notice = listing.notice()
    say("their public notice, rules judged anew, in", time.perf_counter() - begun, "s")
    draft = listing.draft(notice, offers)
    begun = time.perf_counter()
    reckoned(draft)
    say("their list, read, ranked and matched with what there is, in", time.perf_counter() - begun, "s")
    begun = time.perf_counter()
    frozen = listing.approve(draft)
    say("the same, frozen and sealed when it is approved, in", time.perf_counter() - begun, "s")
    served = ListEntry.objects.filter(list=frozen, offer__isnull=False).count()
    say("places that get something", served, "places")
