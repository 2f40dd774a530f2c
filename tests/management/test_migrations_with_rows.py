"""Migrations that move texts under lock meet rows that stand: each text is there afterwards, and nowhere in plain."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps as living
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

from logistics.journal.committed import commitment
from logistics.journal.history import CommittedText
from logistics.storage.triggers import absent_triggers
from tests.databases import emptied, owning

BEFORE = [
    ("households", "0011_erasure_triggers"),
    ("stock", "0006_whom_goods_fit"),
    ("funds", "0005_consents"),
    ("donations", "0007_pledges"),
    ("deliveries", "0008_one_time_codes"),
]
AFTER = [
    ("households", "0012_reasons_apart"),
    ("stock", "0008_notes_under_lock"),
    ("funds", "0006_reasons_under_lock"),
    ("donations", "0008_reasons_under_lock"),
    ("deliveries", "0009_notes_under_lock"),
]
# Which column of which model said something in plain before.
TEXTS = {
    "stock.Knitter": "name",
    "stock.YarnMove": "note",
    "stock.Opening": "reason",
    "funds.Cost": "reason",
    "funds.Interest": "reason",
    "funds.Reversal": "reason",
    "donations.Refund": "reason",
    "deliveries.DistributionRound": "note",
}
# Why somebody looked, kept apart behind a commitment since.
APART = ("households.PersonalDataView", "households.ProofView")
TOLD = "金丝雀家的旧备注"
NOW = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
# What a check or a trigger asks of a row, where a value of the right type is not enough.
GIVEN: dict[str, dict[str, object]] = {
    "stock.yarnmove": {"kind": "OUT"},
    "donations.donation": {"kind": "MONEY", "amount_minor": 1},
}


@pytest.fixture
def empty_database(committed_database: str) -> Iterator[None]:
    """A database without a table, and its owner connected to it."""
    with owning(committed_database), emptied():
        yield


class Filler:
    """Makes a row of a model as it was, with whatever it needs around it."""

    def __init__(self, apps: Any) -> None:
        self.apps, self.made = apps, {}
        self.count = 0

    def row(self, label: str, **given: object) -> Any:
        """Make a row, filling what has no default."""
        model = self.apps.get_model(label)
        values = {**GIVEN.get(label.lower(), {}), **given}
        for field in model._meta.concrete_fields:
            if field.name not in values and not field.null and not field.has_default() and not field.primary_key:
                values[field.name] = self._value(field)
        return model._default_manager.create(id=uuid.uuid4(), **values)

    def _value(self, field: Any) -> object:
        if field.is_relation:
            label = field.related_model._meta.label
            if field.one_to_one or label not in self.made:
                self.made[label] = self.row(label)
            return self.made[label]
        self.count += 1
        if field.choices:
            return field.choices[0][0]
        by_type: list[tuple[type, object]] = [
            (models.UUIDField, uuid.uuid4()),
            (models.DateTimeField, NOW),
            (models.DateField, NOW.date()),
            (models.BooleanField, False),
            (models.JSONField, {}),
            (models.BinaryField, b"x"),
            (models.IntegerField, self.count),
        ]
        found = next((value for kind, value in by_type if isinstance(field, kind)), None)
        return found if found is not None else f"x{self.count}"


@pytest.mark.timeout(900)
def test_texts_that_stood_in_plain_are_locked_and_stay(empty_database: None) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    filler = Filler(executor.loader.project_state(BEFORE).apps)
    rows = {label: filler.row(label, **{column: TOLD}).id for label, column in TEXTS.items()}
    looks = {label: filler.row(label, reason=TOLD).id for label in APART}
    executor = MigrationExecutor(connection)
    executor.migrate(AFTER)
    for label, column in TEXTS.items():
        model = living.get_model(label)
        assert getattr(model._default_manager.get(id=rows[label]), column) == TOLD, label
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
            assert {text[:3] for (text,) in cursor.fetchall()} == {"v1."}, label
    for label, row_id in looks.items():
        text = CommittedText.objects.get(owner_id=row_id, field="reason")
        assert text.text == TOLD
        row = living.get_model(label)._default_manager.get(id=row_id)
        assert row.reason_commitment == commitment(bytes.fromhex(text.salt), TOLD)
    # Triggers of rooms that came later are not asked for here.
    tables = {living.get_model(label)._meta.db_table for label in (*TEXTS, *APART)}
    assert [one for one in absent_triggers() if one.startswith(tuple(tables))] == []
