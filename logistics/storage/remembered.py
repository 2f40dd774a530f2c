"""Queries that are asked again and again with other values: Django writes each once, PostgreSQL plans it once.

To write a query with four tables takes Django longer than either engine takes to answer it. Here the text is kept, the
values are put in their places, and the rows become the same objects as a queryset would make of them.
"""

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from logistics.storage.ids import as_id
from logistics.storage.statements import run

M = TypeVar("M", bound=Model)
Asked = str | uuid.UUID
# Longer lists are rare, and their text costs little beside their rows.
VALUES_MAX = 8
# What stands in an id's place while a query is written: no id of ours begins like this.
_ID_MARKS = 0xFF << 120


@dataclass(frozen=True)
class _Written:
    """A query as it was written for one thread: its text, its parameters, and how a row becomes an object."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[int, ...]
    compiler: Any
    converters: dict[int, Any]
    columns: slice
    names: list[str]
    populators: list[Any]


class Remembered(Generic[M]):
    """A query by a list of texts and ids. `ask` makes the queryset for such a list, and uses each exactly once."""

    def __init__(self, ask: Callable[[Sequence[Any]], "QuerySet[M]"]) -> None:
        self._ask, self._kept = ask, threading.local()

    def rows(self, values: Sequence[Asked]) -> list[M]:
        """Return the rows for these values."""
        if not 0 < len(values) <= VALUES_MAX:
            return list(self._ask(values))
        written = self._written(tuple(map(type, values)))
        params = list(written.params)
        for place, value in zip(written.places, values, strict=True):
            params[place] = _kept(value)
        rows: Any = run(written.sql, params)
        if written.converters:
            rows = written.compiler.apply_converters(rows, written.converters)
        return [_made(written, row) for row in rows]

    def _written(self, kinds: tuple[type, ...]) -> _Written:
        kept: dict[tuple[type, ...], _Written] = self._kept.__dict__.setdefault("by_kinds", {})
        if kinds not in kept:
            kept[kinds] = _write(self._ask, kinds)
        return kept[kinds]


def _write(ask: Callable[[Sequence[Any]], "QuerySet[Any]"], kinds: Sequence[type]) -> _Written:
    marks = [_mark(number, kind) for number, kind in enumerate(kinds)]
    compiler: Any = ask(marks).query.get_compiler(using=DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    fields = compiler.klass_info["select_fields"]
    columns = slice(fields[0], fields[-1] + 1)
    return _Written(
        sql=sql,
        params=tuple(params),
        places=tuple(list(params).index(_kept(mark)) for mark in marks),
        compiler=compiler,
        converters=compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]]),
        columns=columns,
        names=[column[0].target.attname for column in compiler.select[columns]],
        populators=get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # -- Django 5.2 takes three
    )


def _mark(number: int, kind: type) -> Asked:
    return uuid.UUID(int=_ID_MARKS + number) if issubclass(kind, uuid.UUID) else f"\x01value {number}\x01"


def _kept(value: Asked) -> object:
    return as_id(value) if isinstance(value, uuid.UUID) else value


def _made(written: _Written, row: Any) -> Any:
    made = written.compiler.klass_info["model"].from_db(DEFAULT_DB_ALIAS, written.names, row[written.columns])
    for populator in written.populators:
        populator.populate(row, made)
    return made
