"""The kinds of paper: what each needs to be told, and what it draws."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from logistics.codes.models import Code
from logistics.kernel.refusals import Missing, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation

if TYPE_CHECKING:
    from labels.papers.markup import Html

# What a caller asks for: codes, ids and counts by name.
PaperRequest = Mapping[str, str | int | list[str] | None]
# One paper as markup; what draws them is loaded only by the worker, so that the rest runs without Pango.
Markup: TypeAlias = "Html"


class PaperKindUnknown(Missing):
    code = "paper_kind_unknown"
    zh = "没有这种单据：{paper}。"
    en = "There is no paper {paper}."


class PaperEmpty(Unacceptable):
    code = "paper_empty"
    zh = "没有可打印的内容。"
    en = "There is nothing to print."


class PaperTooLong(Unacceptable):
    code = "paper_too_long"
    zh = "一次最多 {most} 份，请缩小范围。"
    en = "At most {most} at once; narrow it down."


@dataclass(frozen=True)
class PaperFile:
    """One file of a job: its papers, the texts its squares must say, and the codes that go to paper with it."""

    name: str
    title: str
    papers: "Sequence[Markup]"
    uris: Sequence[str] = ()
    codes: Sequence[Code] = ()


class Subject(StrEnum):
    """Whom a paper says something of: doors show each to those who may know."""

    GIFTS = "GIFTS"
    FAMILIES = "FAMILIES"
    GOODS = "GOODS"
    AUDIT = "AUDIT"


@dataclass(frozen=True)
class PaperKind:
    """One kind. `needs` and `takes` name what its request must and may say; `count` refuses what cannot be made."""

    zh: str
    en: str
    subject: Subject
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    count: Callable[[Organisation, PaperRequest], int]
    files: Callable[["PaperWork"], Iterator[PaperFile]]


@dataclass(frozen=True)
class PaperWork:
    """A job as the kind that draws it knows it."""

    job_id: uuid.UUID
    actor: Actor
    request: PaperRequest


def require_count(count: int, most: int) -> int:
    """Return the count. Refuses PaperEmpty, PaperTooLong."""
    if not count:
        raise PaperEmpty
    if count > most:
        raise PaperTooLong(most=most)
    return count
