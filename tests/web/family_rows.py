"""One row of each kind that the rooms of families have, for the pages that name them."""

import datetime as dt
import hashlib

from django.utils import timezone

from logistics.deliveries.proofs import keep_proof
from logistics.households.collectors import authorise_collector
from logistics.households.duplicate_models import DuplicatePair, PairState
from logistics.households.duplicates import search_duplicates, visible_pairs
from logistics.households.hardships import note_hardship
from logistics.households.photos import keep_household_photo
from logistics.kernel.ranking import Weights
from logistics.lists.objections import raise_objection
from logistics.lists.weights import propose_weights
from logistics.needs.inputs import VisitInput
from logistics.needs.models import VisitPhoto
from logistics.needs.visits import record_visits
from logistics.press.allocation_jobs import ask_to_allocate
from logistics.storage.rows import new_id
from tests.cast import World
from tests.households.test_duplicates import again
from tests.households.test_family_photos import _photo
from tests.lists.conftest import make_listing
from tests.press.test_household_imports import HEAD, ROWS, read
from tests.press.test_imports import as_csv

# A step of each room's own, so that an empty form is answered by that step.
STEPS = {"sponsorships.step": "year", "replies.step": "release", "volunteering.step": "cancel"}


def rows_of_families(world: World, names: str = "list") -> dict[str, str]:
    """Let the county have them all; returns which row of each kind addresses name."""
    return {**_facts(world), **_list(world, names), **STEPS}


def _facts(world: World) -> dict[str, str]:
    actor, family, now = world.as_actor(world.officer), world.family, world.now
    hardship = note_hardship(actor=actor, household=family, kind_code="DISASTER", now=now)
    photo = keep_household_photo(actor=actor, household=family, data=_photo(), now=now)
    collector = authorise_collector(actor=actor, household=family, name="示例邻居", relation="邻居", now=now)
    return {
        "end.kind": "hardship",
        "households.row_id": str(hardship.id),
        "photos.photo_id": str(photo.id),
        "collectors.collector_id": str(collector.id),
        "households/<uuid:household_id>/visits/photos/<uuid:photo_id> photo_id": _photographed(world),
        "consents.scope": "SPONSOR",
        "duplicates.pair_id": str(_pair(world).id),
        "households.job_id": str(read(world, as_csv([HEAD, *ROWS])).id),
    }


def _photographed(world: World) -> str:
    """A visit with a photo that has arrived."""
    data = _photo(colour="brown")
    sha256, said = hashlib.sha256(data).hexdigest(), {"household_id": world.family.id, "visited_at": world.now}
    visit = VisitInput(visit_id=new_id(), met="HEAD", photos=(sha256,), **said)  # type: ignore[arg-type] -- a test's own words
    record_visits(actor=world.partner, visits=[visit], now=world.now)
    keep_proof(actor=world.partner, sha256=sha256, data=data, now=world.now)
    return str(VisitPhoto.objects.get(visit=visit.visit_id, sha256=sha256).id)


def _pair(world: World) -> DuplicatePair:
    """One household entered twice, and nobody has said yet whether it is."""
    for head in ("示例双双", "示例双霜"):
        again(world, head=head, address="少云镇示例村七组7号", telephone="13900000077")
    search_duplicates(organisation=world.county, now=world.now)
    return visible_pairs(world.county).filter(state=PairState.OPEN).order_by("id")[0]


def _list(world: World, names: str) -> dict[str, str]:
    """One application waits for its review, another stands on a list whose notice is objected to."""
    listing = make_listing(world, names)
    listing.now = timezone.now() - dt.timedelta(days=10)
    listing.rules()
    world.stock_kits(1)
    walk = ask_to_allocate(
        actor=listing.drafter, row=listing.approved(listing.family()), kind="PARCEL", now=timezone.now()
    )
    listing.now = timezone.now()
    weights = propose_weights(
        actor=listing.owner,
        programme=world.warm,
        weights=Weights({"ORPHAN": 30}),
        in_force_from=timezone.localdate() + dt.timedelta(days=1),
        reason="示例理由",
        now=listing.now,
    )
    filed = listing.file(listing.family())
    (accepted,) = listing.accepted(listing.family())
    notice = listing.notice()
    objection = raise_objection(notice=notice, number=accepted.reference, text="示例异议，请核实", now=listing.now)
    offer = {"fund": world.warm_fund.code, "item": "gloves", "warehouse": world.warehouse.code, "quantity": 1}
    return {
        "programmes.code": world.warm.code,
        "weights.number": str(weights.number),
        "allocations.job_id": str(walk.id),
        "allocation-jobs.job_id": str(walk.id),
        "application_id": str(filed.id),
        "notice_id": str(notice.id),
        "objection_id": str(objection.id),
        "list_id": str(listing.draft(notice, [offer]).id),
    }
