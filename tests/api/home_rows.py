"""One row of everything that a request can name, of one body; and what looks the same and is nobody's."""

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils import timezone

from api.device_keys import enrol_by_token
from logistics.codes.actions import issue_codes
from logistics.codes.models import Code
from logistics.deliveries.models import ScanEvent
from logistics.kernel.codes import KIND_LETTERS, make_code
from logistics.parties.devices import issue_enrolment
from tests.api.conftest import Clerk, Partner
from tests.api.references import marked
from tests.api.test_access import things_of
from tests.cast import World
from tests.web.family_rows import rows_of_families

BODIES: dict[str, Any] = json.loads(Path(__file__).with_name("reference_bodies.json").read_text(encoding="utf-8"))
# What a part of an address names, by the request that makes one.
MADE = {
    "costs.proposal_id": "POST /costs",
    "interest.proposal_id": "POST /interest",
    "openings.proposal_id": "POST /openings",
    "reversals.proposal_id": "POST /reversals",
    "stock.disposal_id": "POST /stock/write-offs",
    "stock.recall_id": "POST /stock/recalls",
    "periods.period_id": "POST /periods",
    "bundles.job_id": "POST /bundles",
    "label-batches.job_id": "POST /label-batches",
    "papers.job_id": "POST /papers",
    "payment-batches.batch_id": "POST /payment-batches",
    "evidence-files.job_id": "POST /evidence-files",
}
# What no body owns: an item, a sheet, the kinds of things.
SHARED = {
    "items.key": "gloves",
    "label-sheets.name": "A4_3X7",
    "ledgers.name": "funds",
    "households.scope": "PROCESSING",
    "checkpoints.size": "1",
    "proofs.sha256": "a" * 64,
    "programmes.number": "1",
}


class Rows(dict[str, str]):
    """Rows by the field, or by the part of an address, that names them: `costs.proposal_id`, else `proposal_id`."""

    def __missing__(self, name: str) -> str:
        return self[name.split(".", 1)[1]] if "." in name else _random()


def device_of(world: World) -> tuple[Partner, str]:
    """Enrol a device of a body; returns it, and its id."""
    now = timezone.now()
    _, token = issue_enrolment(organisation=world.county, issued_by=world.officer, now=now)
    found = enrol_by_token(token=token, name="示例手机", platform="", request_id=None, now=now)
    return Partner(found.key), str(found.device.id)


def rows_of(world: World) -> Rows:
    """Let a body have them all."""
    found = Rows({**things_of(world), **rows_of_families(world, world.officer.username), **SHARED})
    clerk = Clerk(world.officer)

    def made(path: str, body: Any) -> dict[str, Any]:
        answer = clerk.post(path, body)
        assert answer.status_code in (200, 201, 202), (path, answer.content)
        return dict(answer.json())

    code, family = found["parcels.key"], world.family
    family.refresh_from_db()
    assert family.card_code is not None
    money = {"amount": 100, "currency": "CNY"}
    pledge = {"programme": world.warm.code, "donor": str(world.donor.id), "money": money, "pledged_on": "2026-01-12"}
    grant = {"fund": world.girls_fund.code, "household": str(family.id), "beneficiary": str(world.girl.id)}
    payee = {"name": f"{world.officer.username}收款人", "account": "6222020000000000000", "bank": "示例银行"}
    take = made("/stock/counts", {"warehouse": world.warehouse.code})["id"]
    lot = str(clerk.get(f"/stock?warehouse={world.warehouse.code}").json()["items"][0]["lot"])
    subjects, now = [uuid.UUID(lot)], timezone.now()
    (lot_code,) = issue_codes(kind="LOT", subjects=subjects, organisation_id=world.county.id, now=now)
    found |= {
        **{name: found[f"{name}_id"] for name in ("need", "notice", "entry", "hold", "purchase", "donation")},
        **{name: found[f"{name}_id"] for name in ("round", "guardian")},
        "household": str(family.id),
        "member": str(world.girl.id),
        "programme": world.warm.code,
        "fund": world.warm_fund.code,
        "girls_fund": world.girls_fund.code,
        "warehouse": world.warehouse.code,
        "donor": str(world.donor.id),
        "supplier": world.supplier.code,
        "recipe": world.recipe.code,
        "organisation": world.county.code,
        "person": str(world.officer.id),
        "parcel": code,
        "parcel_id": str(Code.objects.get(text=code).subject_id),
        "volunteer": found["volunteers.reference"],
        "lot": lot,
        "lot_code": lot_code.text,
        "card": family.card_code.text,
        "reference": family.reference,
        "scan": str(ScanEvent.objects.filter(parcel__organisation=world.county)[0].id),
        "gift": clerk.get("/donations").json()["items"][0]["code"],
        "pledge": made("/pledges", {**pledge, "reference": "pledge-1"})["id"],
        "grant": made("/grants", grant | {"payee": payee, "money": money, "reference": "paid-out"})["id"],
        "stock_take": take,
        "stock_take_id": take,
        "knitter": made("/knitters", {"name": "示例"})["reference"],
        "printer": made("/printers", {"code": f"printer-{world.officer.username}", "name": "示例"})["code"],
        "devices.device_id": device_of(world)[1],
    }
    found |= {"pledge_id": found["pledge"], "printers.code": found["printer"]}
    found |= {name: found[f"{name.split('_')[0]}s.{name}"] for name in ("photo_id", "collector_id")}
    return _asked_for(clerk, found)


def _asked_for(clerk: Clerk, found: Rows) -> Rows:
    refused = {}
    for name, operation in MADE.items():
        template = marked(operation, BODIES[operation])
        address, body = template.filled(found, found)
        answer = clerk.post(address, body)
        if answer.status_code not in (200, 201, 202):
            refused[operation] = answer.content
        else:
            found[name] = answer.json()["id"]
    assert not refused, "\n".join(f"{k} {v!r}" for k, v in refused.items())
    found["jobs.job_id"] = found["bundles.job_id"]
    return found


def nobodys(rows: Mapping[str, str]) -> Rows:
    """Say what looks the same and names nothing."""
    return Rows({name: value if name in SHARED else _alike(value) for name, value in rows.items()})


def _alike(value: str) -> str:
    kind = next((kind for kind, letter in KIND_LETTERS.items() if letter == value[0]), "")
    if len(value) == 20 and kind and value.isalnum():
        # Fifteen random characters of five bits.
        return make_code(kind, value[1:3], uuid.uuid4().int >> 53)
    try:
        uuid.UUID(value)
    except ValueError:
        return f"no-{value}"[:24]
    return _random()


def _random() -> str:
    return str(uuid.uuid4())
