"""Programs that follow the links of the document: what was made or listed is read, changed, decided, in random order.

Every answer has a status that its operation names and a body that its schema takes, and nothing breaks. A bounded run
here; `make soak` makes ten thousand cases.
"""

import os
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import FlakyStrategyDefinition
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.api.conftest import partner_of
from tests.cast import World
from tests.servers import serving

IS_SOAK = "NUANLIU_SOAK" in os.environ
# A session is one seed's walks: what a server has become is no part of a seed, so a long session contradicts itself.
CALLS, RUNS, STEPS = (10_000, 8, 20) if IS_SOAK else (48, 8, 12)
pytestmark = pytest.mark.timeout(3_000 if IS_SOAK else 240)
_SESSION = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


def test_no_walk_along_the_links_breaks_it(committed_database: str, committed_world: World) -> None:
    committed_world.stock_kits(5)
    committed_world.walk(committed_world.plan(2)[0], "PACK")
    key = partner_of(committed_world.county, now=timezone.now()).key
    with serving(committed_database, has_worker=False) as address:
        met = _walked(address, key)
    assert sum(met.values()) >= CALLS, met
    assert {"GET 200", "POST 422"} <= met.keys(), met


def _walked(address: str, key: str) -> Counter[str]:
    found = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    # A walk would revoke its own key, and call addresses outside.
    document = found.exclude(path_regex="/keys|/sandbox|/webhook-endpoints")
    met: Counter[str] = Counter()

    class Walk(document.as_state_machine()):  # type: ignore[misc]  # -- made of the document
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": {"Authorization": f"Bearer {key}"}}

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            met[f"{case.operation.method.upper()} {response.status_code}"] += 1
            case.validate_response(response, checks=CHECKS)

    session = 0
    while sum(met.values()) < CALLS:
        session += 1
        with suppress(FlakyStrategyDefinition):
            run_state_machine_as_test(seed(session)(Walk), settings=_SESSION)
    return met
