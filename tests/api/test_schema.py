"""The document at /api/v1/openapi.json is valid, and requests made from it meet only answers that it names."""

import json
from collections import Counter
from contextlib import suppress

import pytest
import schemathesis
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from tests.api.conftest import Partner, partner_of
from tests.cast import World

SEEDS = (1, 2, 3)
EXAMPLES_PER_OPERATION = 4


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


def test_every_problem_is_listed(db: None) -> None:
    listed = {row["code"] for row in json.loads(Client().get("/api/v1/problems").content)["items"]}
    wanted = {"fund_required", "idempotency_key_missing", "idempotency_key_reused", "idempotency_key_in_use"}
    wanted |= {"stock_short", "fund_overspent", "beneficiary_outside_terms", "bulk_too_large", "parcel_missing"}
    assert wanted <= listed


def test_the_pages_of_the_documentation_are_served_from_here(db: None) -> None:
    page = Client().get("/api/docs/")
    assert page.status_code == 200
    assert b"http://" not in page.content
    assert b"https://" not in page.content
    assert b"<style" not in page.content
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("number", SEEDS)
def test_no_generated_request_breaks_it(world: World, number: int) -> None:
    world.stock_kits(3)
    world.plan(2)
    partner = partner_of(world.county, now=timezone.now())
    operations = [found.ok() for found in schemathesis.openapi.from_dict(_document()).get_all_operations()]
    assert len(operations) > 40
    met: Counter[int] = Counter()
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            met += _try(operation, mode, partner, number)
    # The requests were understood, refused and answered: none of them only knocked at the door.
    assert {200, 400, 404, 422} <= met.keys()
    assert not met.keys() & {401, 403}


def _try(operation: schemathesis.APIOperation, mode: GenerationMode, partner: Partner, number: int) -> "Counter[int]":
    met: Counter[int] = Counter()
    named = {str(status) for status in operation.definition.raw["responses"]}

    @seed(number)
    @settings(
        max_examples=EXAMPLES_PER_OPERATION,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def try_it(case: schemathesis.Case) -> None:
        answer = _send(partner, case)
        met[answer.status_code] += 1
        assert answer.status_code < 500, (operation.label, case.body, answer.content[:500])
        assert str(answer.status_code) in named, (operation.label, answer.status_code, answer.content[:500])

    with suppress(Unsatisfiable):
        # Some operations have nothing that could be wrong.
        try_it()
    return met


def _send(partner: Partner, case: schemathesis.Case):  # type: ignore[no-untyped-def]
    from urllib.parse import urlencode

    path = case.formatted_path
    query = {name: value for name, value in dict(case.query or {}).items() if isinstance(value, str | int)}
    headers = {
        name: str(value)
        for name, value in dict(case.headers or {}).items()
        if str(value).isascii() and str(value).isprintable() and name.lower() != "authorization"
    }
    headers |= {"Authorization": f"Bearer {partner.key}"}
    url = f"{path}?{urlencode(query)}" if query else path
    if case.method.upper() == "GET":
        return partner.client.get(url, headers=headers)
    body = "" if isinstance(case.body, NotSet) else case.body if isinstance(case.body, bytes) else json.dumps(case.body)
    send = getattr(partner.client, case.method.lower())
    return send(url, data=body, content_type="application/json", headers=headers)
