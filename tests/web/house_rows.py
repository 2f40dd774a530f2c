"""One row of each kind that goods, money, papers and audits have, for the pages that name them."""

import datetime as dt
import hashlib
from dataclasses import replace

from django.utils import timezone

from logistics.audits.findings import Subject, raise_finding
from logistics.deliveries.models import ScanProof
from logistics.deliveries.proofs import keep_proof
from logistics.parties.actions import register_organisation, register_person
from logistics.parties.models import Role
from logistics.press.returned_requests import ask_to_read_sheets
from logistics.sponsorships.models import Sponsorship
from logistics.stock.actions import register_warehouse
from tests.api.conftest import Clerk
from tests.api.home_rows import rows_of
from tests.cast import PASSWORD, World
from tests.papers import photo
from tests.press.test_imports import HEAD, ROWS, as_csv, read
from tests.replies.stage import picture, reply_of
from tests.web.picture_rows import rows_with_pictures

# Of several rows with one name, or of steps, which one a page means.
OF_A_PAGE = {
    "gifts/<uuid:donation_id>/<str:step> step": "issue",
    "gifts/<uuid:donation_id>/bill/<str:step> step": "register",
    "counts/<uuid:stock_take_id>/<str:step> step": "recount",
    "audit/periods/<uuid:period_id>/<str:step> step": "close",
    "volunteering/knitting/<uuid:order_id>/<str:step> step": "yarn",
    "volunteering/volunteers/<str:reference>/<str:step> step": "check",
    "volunteering/companions/<uuid:companionship_id>/<str:step> step": "visit",
    "webhooks/<uuid:endpoint_id>/<str:step> step": "test",
    "money/new/<str:kind> kind": "cost",
    "money.kind": "cost",
    "masters/people/<str:key>/erase-all key": "courier",
    "masters/people/<str:key>/export key": "courier",
}
# What the cast of the requests calls otherwise than a page's address does.
SAME = {
    "money.proposal_id": "costs.proposal_id",
    "write-offs.disposal_id": "stock.disposal_id",
    "recalls.recall_id": "stock.recall_id",
    "labels.batch_id": "label-batches.job_id",
    "evidence.code": "parcels.key",
    "labels/papers/<str:name>.pdf name": "label-sheets.name",
}

_OF_AN_IMPORT = ("<uuid:job_id>", "<uuid:job_id>/record")


def rows_of_house(world: World) -> dict[str, str]:
    """Let the county have them all; returns which row of each kind addresses name."""
    every = [role for role in Role.values if role != Role.AUDITOR]
    clerk = register_person(
        organisation=world.county, username="clerk", name="示例录入", roles=every, password=PASSWORD
    )
    found = dict(rows_of(replace(world, officer=clerk)))
    families = {f"households/imports/{end} job_id": found["households.job_id"] for end in _OF_AN_IMPORT}
    return {
        **found,
        **families,
        **{name: found[other] for name, other in SAME.items()},
        **_proof(world),
        **_on_the_way(world),
        **_read(world),
        **OF_A_PAGE,
    }


def _proof(world: World) -> dict[str, str]:
    """A parcel that was handed over with a photo."""
    data = photo()
    sha256 = hashlib.sha256(data).hexdigest()
    parcel = world.walk(world.plan(with_family=False)[0], "PACK", "DISPATCH")
    world.record(world.scan(parcel, "HAND_OVER", proofs=(("PHOTO", sha256),)))
    keep_proof(actor=world.partner, sha256=sha256, data=data, now=world.now)
    proof = ScanProof.objects.get(sha256=sha256)
    route = "parcels/<str:code>/proofs/<uuid:proof_id>"
    own = {f"{route}{end} code": parcel.code.text for end in ("", ".jpg")}
    return {"proofs.proof_id": str(proof.id), "parcels/<str:code>/proofs code": parcel.code.text, **own}


def _on_the_way(world: World) -> dict[str, str]:
    """Goods between two warehouses, and money for a body below."""
    clerk = Clerk(world.officer)
    register_warehouse(organisation=world.county, code="wh-2", name_zh="示例二库")
    register_organisation(
        code="示例乡",
        name_zh="示例乡妇女联合会",
        kind="FEDERATION",
        level="TOWNSHIP",
        parent=world.county,
        division_code="990101002",
    )
    world.give_money(10_000)
    world.buy((world.gloves, 2, 4_000))
    lines = [{"item": "gloves", "quantity": 1}]
    move = {"from_warehouse": "wh-1", "to_warehouse": "wh-2", "fund": "warm-2026", "lines": lines}
    money = {"amount": 600, "currency": "CNY"}
    down = {"fund": "warm-2026", "to": "示例乡", "money": money, "reference": "示例拨付"}
    made = {"move_id": clerk.post("/stock/moves", move), "hand_down_id": clerk.post("/hand-downs", down)}
    assert {answer.status_code for answer in made.values()} == {201}, [one.content for one in made.values()]
    return {name: answer.json()["id"] for name, answer in made.items()}


def _read(world: World) -> dict[str, str]:
    """What came in as a file, what an auditor found, and what a sponsor holds in the hand."""
    now = timezone.now()
    finding = raise_finding(
        actor=world.as_actor(world.auditor),
        organisation=world.county,
        subject=Subject("LEDGER", None, "distribution"),
        severity="DEFICIENCY",
        text="这笔采购没有发票",
        due_on=timezone.localdate() + dt.timedelta(days=14),
        now=now,
    )
    sheets = ask_to_read_sheets(actor=world.as_actor(world.keeper), files=[photo()], now=now)
    reply = reply_of(world, "", picture())
    sponsorship = Sponsorship.objects.select_related("code").get()
    assert sponsorship.code is not None
    return {
        "findings.finding_id": str(finding.id),
        "returned-sheets.paper_id": str(sheets.id),
        "imports.job_id": str(read(world, as_csv([HEAD, *ROWS])).id),
        "replies/<uuid:reply_id>/picture.jpg reply_id": str(reply.id),
        "Q/<str:code>/sponsor code": sponsorship.code.text,
        **rows_with_pictures(world, sheets),
    }
