"""The public notice for a board: townships, counts and the numbers that families know; nobody's name."""

import re
from collections.abc import Iterator
from itertools import groupby

from django.utils import timezone

from labels.papers.spec import Both
from logistics.kernel.refusals import Missing
from logistics.lists.access import visible_notices
from logistics.lists.models import NoticeEntry, PublicNotice
from logistics.lists.notices import entries_of
from logistics.parties.models import Organisation
from logistics.press.papers.kinds import PaperFile, PaperKind, PaperRequest, PaperWork, Subject, require_count
from logistics.press.papers.making import sheet_file
from logistics.press.papers.paper_codes import codes_for

ENTRIES_MAX = 5_000
NUMBERS_PER_ROW = 5
REFERENCE_LENGTH_MAX = 12
# As people write it: 2026-3.
REFERENCE = re.compile(r"[0-9]{4}-[0-9]{1,6}")
OBJECT = Both(
    "公示期内，任何人都可以对名单提出异议，不必留姓名：打来电话，或扫右上角的码填写。每件异议都会答复。",
    "Until the last day anybody may object, without a name: by telephone, or by the code at the top right.",
)


class PaperNoticeMissing(Missing):
    code = "paper_notice_missing"
    zh = "没有找到公示 {notice}。"
    en = "There is no public notice {notice}."


def _asked_notice(organisation: Organisation, request: PaperRequest) -> PublicNotice:
    """Find a notice by its number, 2026-3; of several bodies below, the own one's stands first."""
    said = str(request["notice"]).strip()
    if not REFERENCE.fullmatch(said):
        raise PaperNoticeMissing(notice=said[:REFERENCE_LENGTH_MAX], pointer="/notice")
    year, number = said.split("-")
    rows = list(visible_notices(organisation).filter(year=int(year), number=int(number)))
    found = next((row for row in rows if row.organisation_id == organisation.id), rows[0] if rows else None)
    if found is None:
        raise PaperNoticeMissing(notice=said, pointer="/notice")
    return found


def _count_notice(organisation: Organisation, request: PaperRequest) -> int:
    return require_count(_asked_notice(organisation, request).count, ENTRIES_MAX) and 1


def _notice(work: PaperWork) -> Iterator[PaperFile]:
    row = _asked_notice(work.actor.organisation, work.request)
    body, programme = row.organisation, row.programme
    facts = [
        (Both("公示编号", "Notice"), row.reference),
        (Both("公益项目", "Programme"), " · ".join(filter(None, (programme.name_zh, programme.name_en)))),
        (Both("发放活动", "Round"), row.round_name),
        (Both("户数", "Families"), str(row.count)),
        (Both("公示日期", "Published"), timezone.localdate(row.published_at).isoformat()),
        (Both("异议截止", "Last day to object"), row.ends_on.isoformat()),
        *([(Both("电话", "Telephone"), body.telephone)] if body.telephone else []),
    ]
    heads = (
        Both("乡镇街道", "Township"),
        Both("户数", "Families"),
        Both("家庭自己知道的编号", "Numbers that families know"),
    )
    rows = [
        line
        for township, entries in groupby(entries_of(row), key=_township)
        for line in _lines(township, list(entries))
    ]
    # The code on the board leads to the notice itself, where one may object.
    (code,) = codes_for(kind="PAPER", subjects=[row.id], organisation_id=body.id)
    yield sheet_file(work, Both("公示", "Public notice"), facts, heads, rows, numbers="1", note=OBJECT, code=code)


def _township(entry: NoticeEntry) -> str:
    return entry.township


def _lines(township: str, entries: list[NoticeEntry]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for start in range(0, len(entries), NUMBERS_PER_ROW):
        numbers = "  ".join(entry.reference for entry in entries[start : start + NUMBERS_PER_ROW])
        yield township, (township, "" if start else str(len(entries)), numbers)


NOTICE_PAPERS = {
    "PUBLIC_NOTICE": PaperKind("公示", "Public notice", Subject.FAMILIES, ("notice",), (), _count_notice, _notice),
}
