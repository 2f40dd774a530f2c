"""The history of master data in people's words: every column has its word, every id its name, every moment its hour."""

import datetime as dt

import pytest
from django.apps import apps
from django.utils import timezone, translation

from logistics.journal.history import MasterRow
from logistics.parties.changes import change_person
from logistics.web.history_wording import FIELDS, HISTORY_KINDS
from logistics.web.templatetags.nuanliu import fact
from tests.cast import World
from tests.web.conftest import Visitor

KINDS = [model for model in apps.get_models() if issubclass(model, MasterRow)]


def test_every_column_that_a_revision_may_speak_of_has_its_word() -> None:
    noted = {
        field.attname
        for model in KINDS
        for field in model._meta.concrete_fields
        if field.name not in {"id", *model.unnoted_fields}
    }
    assert noted - FIELDS.keys() == set()
    assert {model.history_kind() for model in KINDS} - HISTORY_KINDS.keys() == set()


@pytest.mark.parametrize(
    ("field", "value", "zh"),
    [
        ("roles", ["KEEPER", "AUDITOR"], "仓管员, 审计员"),
        ("basis", "AGENCY", "受托代理"),
        ("approved_at", "2026-11-28T09:20:12.346576+00:00", "2026-11-28 17:20"),
        ("is_open", True, "是"),
        ("lines", [["gloves", 2]], "gloves × 2"),
        ("name_zh", "", "—"),
        ("approved_at", "soon", "soon"),
    ],
)
def test_a_value_is_said_in_words(field: str, value: object, zh: str) -> None:
    with translation.override("zh-hans"):
        assert fact(field, value) == zh


def test_the_page_of_changes_names_people_and_organisations(world: World) -> None:
    change_person(
        person=world.keeper,
        changes={"roles": ["KEEPER", "COURIER"]},
        cause=world.as_actor(world.administrator).cause(timezone.now(), "她现在也送货"),
    )
    page = Visitor("auditor").get("/audit/changes?all").content.decode()
    assert world.county.code in page
    assert "organisation_id" not in page
    assert str(world.county.id) not in page
    assert dt.date.today().isoformat() in page
