"""The document at /api/v1/openapi.json is valid, and requests made from it meet only answers that it names."""

import json
import os
from collections import Counter
from tempfile import NamedTemporaryFile

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from openapi_spec_validator import validate

from api.problems import PersonNeeded
from logistics.parties.access import RootRequired
from tests.api.conftest import Partner, partner_of
from tests.api.generated import Request, requests_of
from tests.cast import World

# Two runs at once begin at the two ends: each makes half of the requests and finds the other half made.
SEEDS = (1, 2, 3, 4)[:: -1 if os.environ.get("DATABASE_URL", "").startswith("postgresql") else 1]


def _document() -> dict:  # type: ignore[type-arg]
    return json.loads(Client().get("/api/v1/openapi.json").content)


def test_the_document_is_valid_and_says_what_each_operation_is_for(db: None) -> None:
    document = _document()
    validate(document)
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) > 40
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"]


def test_the_generator_of_the_document_has_nothing_to_warn_of(db: None) -> None:
    # A warning is an operation that says nothing, or two components of one name of which one is lost.
    with NamedTemporaryFile() as file:
        call_command("spectacular", "--validate", "--fail-on-warn", "--file", file.name)


def test_every_problem_is_listed(db: None) -> None:
    listed = {row["code"] for row in json.loads(Client().get("/api/v1/problems").content)["items"]}
    wanted = {"fund_required", "idempotency_key_missing", "idempotency_key_reused", "idempotency_key_in_use"}
    wanted |= {"stock_short", "fund_overspent", "beneficiary_outside_terms", "bulk_too_large", "parcel_missing"}
    assert wanted <= listed


def test_the_pages_of_the_documentation_are_served_from_here(db: None) -> None:
    for path in ("/api/docs/", "/api/reference/"):
        page = Client().get(path)
        assert page.status_code == 200
        assert b"http://" not in page.content
        assert b"https://" not in page.content
        assert b"<style" not in page.content
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert "script-src" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("number", SEEDS)
def test_no_generated_request_breaks_it(world: World, number: int) -> None:
    world.stock_kits(3)
    world.plan(2)
    partner = partner_of(world.county, now=timezone.now())
    requests = requests_of(_document(), number)
    assert len({request.operation for request in requests}) > 40
    met: Counter[int] = Counter()
    for request in requests:
        answer = _send(partner, request)
        # A county may not change what all share, and a key judges nothing that a person answers for.
        if answer.status_code != 403 or answer.json()["code"] not in (RootRequired.code, PersonNeeded.code):
            met[answer.status_code] += 1
        assert answer.status_code < 500, (request, answer.content[:500])
        assert str(answer.status_code) in request.named, (request, answer.status_code, answer.content[:500])
    # The requests were understood, refused and answered: none of them only knocked at the door.
    assert {200, 400, 404, 422} <= met.keys()
    assert not met.keys() & {401, 403}


def _send(partner: Partner, request: Request):  # type: ignore[no-untyped-def]
    headers = request.headers | {"Authorization": f"Bearer {partner.key}"}
    if request.method == "GET":
        return partner.client.get(request.url, headers=headers)
    send = getattr(partner.client, request.method.lower())
    return send(request.url, data=request.body_bytes(), content_type="application/json", headers=headers)
