"""How long a long list takes end to end: facts read, ranked, matched, frozen and sealed, allocated, and looked at."""

import os
import time
from collections.abc import Callable

from logistics.lists.drafts import reckoned
from logistics.lists.models import DistributionList, ListEntry, PublicNotice
from tests.bench.long_list_uses import measure_answers, measure_looks, measure_walk, middle, put_on_shelf
from tests.cast import raise_curtain
from tests.databases import as_owner
from tests.lists.conftest import make_listing
from tests.lists.long_list import long_list

HOUSEHOLDS = int(os.environ.get("NUANLIU_LIST_HOUSEHOLDS", "50000"))
Say = Callable[[str, float, str], None]


def measure_long_list(url: str, say: Say) -> None:
    """Publish, reckon, approve and allocate one list of families of two children, with goods for three quarters of
    them, and open every page of it on the way.
    """
    listing = make_listing(raise_curtain())
    rules = listing.rules(eligibility={"age_to": 14})
    begun = time.perf_counter()
    offers = long_list(listing, HOUSEHOLDS, rules.round_name)
    say(f"{HOUSEHOLDS:,} families of two children, recorded encrypted in", time.perf_counter() - begun, "s")
    put_on_shelf(listing, offers)
    begun = time.perf_counter()
    notice = listing.notice()
    say("their public notice, rules judged anew, in", time.perf_counter() - begun, "s")
    draft = listing.draft(notice, offers)
    begun = time.perf_counter()
    reckoned(draft)
    say("their list, read, ranked and matched with what there is, in", time.perf_counter() - begun, "s")
    # As PostgreSQL does by itself within a minute.
    as_owner(url, "ANALYZE")
    measure_looks(listing, _before(notice, draft), say)
    begun = time.perf_counter()
    frozen = listing.approve(draft)
    say("the same, frozen and sealed when it is approved, in", time.perf_counter() - begun, "s")
    served = ListEntry.objects.filter(list=frozen, offer__isnull=False).count()
    say("places that get something", served, "places")
    measure_walk(url, listing, frozen, say)
    as_owner(url, "ANALYZE")
    measure_looks(listing, _after(frozen), say)
    measure_answers(listing, _asked(notice, frozen), say)


def _before(notice: PublicNotice, draft: DistributionList) -> list[tuple[str, str]]:
    return [
        ("page of all notices", "/notices/"),
        ("page of the notice", f"/notices/{notice.id}"),
        ("last page of the notice", f"/notices/{notice.id}?page=100000"),
        ("page of the applications", "/applications"),
        ("last page of the applications", "/applications?page=100000"),
        ("first page of the draft", f"/lists/{draft.id}"),
        ("last page of the draft", f"/lists/{draft.id}?page=100000"),
        ("what other weights would change", f"/lists/{draft.id}/what-if?urgency=9&waiting=1&unserved=1"),
    ]


def _after(frozen: DistributionList) -> list[tuple[str, str]]:
    return [
        ("page of all lists", "/lists"),
        ("first page of the list", f"/lists/{frozen.id}"),
        ("last page of the list", f"/lists/{frozen.id}?page=100000"),
        ("one family found on the list", f"/lists/{frozen.id}?find={middle(frozen).reference}"),
        ("what waits for an officer", "/attention"),
        ("the first page of an officer", "/"),
    ]


def _asked(notice: PublicNotice, frozen: DistributionList) -> list[tuple[str, str]]:
    lists = f"/api/v1/distribution-lists/{frozen.id}"
    return [
        ("answer about the list", lists),
        ("answer with its last places", f"{lists}/places?from={max(1, frozen.count - 50)}&count=50"),
        ("answer with what the notice shows", f"/api/v1/public-notices/{notice.id}/entries"),
        ("answer with allocations", "/api/v1/allocations"),
    ]
