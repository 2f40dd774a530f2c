"""What operators watch: one id through answer, log and problem; counters; and nothing of anybody in a log."""

import io
import json
import logging
import urllib.request
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from logistics.setup.logs import JsonLines, TextLines
from tests.api.conftest import Partner, partner_of
from tests.cast import World

CANARY = "示例陈金丝雀"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged while the test runs, as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.setLevel(before)
    root.removeHandler(handler)


def test_one_id_stands_in_the_answer_the_problem_and_the_log(partner: Partner, lines: io.StringIO) -> None:
    answer = partner.get("/parcels/unknown", **{"X-Request-Id": "partner-req-0001"})
    assert answer.headers["X-Request-Id"] == answer.json()["request_id"] == "partner-req-0001"
    said = [json.loads(line) for line in lines.getvalue().splitlines()]
    ours = [line for line in said if line["request_id"] == "partner-req-0001"]
    assert [(line["method"], line["status"]) for line in ours if "status" in line] == [("GET", 404)]


@pytest.mark.parametrize("told", ["", "short", "a" * 65, "with space in", "line\\nbreak12"])
def test_an_id_that_is_none_is_replaced(partner: Partner, told: str) -> None:
    answer = partner.get("/health/live", **({"X-Request-Id": told} if told else {}))
    assert len(answer.headers["X-Request-Id"]) == 32


def test_no_name_and_no_key_is_logged(world: World, lines: io.StringIO) -> None:
    partner = partner_of(world.county, now=timezone.now())
    family = {"division_code": "411281001", "township": "千秋街道", "head_name": CANARY, "members": []}
    partner.post("/households", family)
    partner.post("/donations/money", {"donor": {"name": CANARY, "kind": "PERSON"}})
    partner.get(f"/households?name={CANARY}")
    partner.get(f"/parcels/{CANARY}")
    logged = lines.getvalue()
    assert logged.count("\n") >= 4
    assert CANARY not in logged and json.dumps(CANARY)[1:-1] not in logged
    assert partner.key.split("_")[2] not in logged


def test_the_words_of_an_exception_are_left_out_of_the_log(lines: io.StringIO) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("test").exception("incident")
    said = json.loads(lines.getvalue())
    assert said["broke"].endswith("ValueError") and "test_watching" in said["broke"]
    assert CANARY not in lines.getvalue()


def test_a_line_for_people_has_the_id_too() -> None:
    record = logging.LogRecord("nuanliu", logging.WARNING, __file__, 1, "hello %s", ("you",), None)
    assert TextLines().format(record).endswith(" WARNING - nuanliu hello you")


def test_metrics_need_a_key_that_may(world: World, partner: Partner) -> None:
    assert partner_of(world.county, "parcels:read", now=timezone.now()).get("/metrics").status_code == 403
    # They count everybody's: for the federation at the top alone.
    answer = partner.get("/metrics")
    assert (answer.status_code, answer.json()["code"]) == (403, "root_required")
    text = partner_of(world.province, now=timezone.now()).get("/metrics").content.decode()
    found = {family.name: family for family in text_string_to_metric_families(text)}
    assert {sample.labels["queue"] for sample in found["nuanliu_waiting"].samples} >= {"leaves", "events", "webhooks"}
    waiting = {sample.labels["queue"]: sample.value for sample in found["nuanliu_waiting"].samples}
    assert waiting["leaves"] > 0
    statuses = {sample.labels["status"] for sample in found["nuanliu_answers"].samples if sample.name.endswith("total")}
    assert "403" in statuses


def test_processes_of_one_machine_add_up_what_they_count(live_app: str, committed_world: World) -> None:
    for _ in range(12):
        urllib.request.urlopen(f"{live_app}/api/v1/health/live").close()
    partner = partner_of(committed_world.province, now=timezone.now())
    request = urllib.request.Request(
        f"{live_app}/api/v1/metrics", headers={"Authorization": f"Bearer {partner.key}", "X-Forwarded-For": "x"}
    )
    with urllib.request.urlopen(request) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    counted = next(family for family in families if family.name == "nuanliu_answers")
    live = [sample.value for sample in counted.samples if sample.labels["route"] == "api/v1/health/live"]
    # The start of the server asks once or more, whichever process answers.
    assert sum(live) >= 13


def test_no_code_of_an_address_is_logged(world: World, lines: io.StringIO) -> None:
    code = world.parcel().code.text
    visitor = Client(raise_request_exception=False)
    assert visitor.get(f"/Q/{code}/sponsor").status_code == 404
    assert visitor.get(f"/nothing/{code}").status_code == 404
    assert Client(enforce_csrf_checks=True).post(f"/Q/{code}/reply").status_code == 403
    logged = [json.loads(line)["message"] for line in lines.getvalue().splitlines()]
    assert "Not Found: /Q/<str:code>/sponsor" in logged and "Not Found: elsewhere" in logged
    assert code not in lines.getvalue()
