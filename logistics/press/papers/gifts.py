"""Acknowledgements and certificates of a whole year: the numbers of each chunk are given, then its file is drawn."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from logistics.donations.acknowledgements import issue_acknowledgements
from logistics.donations.models import Donation
from logistics.donations.paper_reads import get_paper
from logistics.donations.reads import donations_with_names, gifts_of_year
from logistics.kernel.codes import code_uri
from logistics.kernel.refusals import Unacceptable
from logistics.parties.models import Organisation
from logistics.parties.reads import get_programme
from logistics.press.papers.gift_papers import ACKNOWLEDGEMENT, CERTIFICATE, drawing_of
from logistics.press.papers.kinds import PaperFile, PaperKind, PaperRequest, PaperWork, Subject, require_count

GIFTS_MAX = 5_000
PAPERS_PER_FILE = 200
YEAR_FIRST = 2000


class YearOutOfBounds(Unacceptable):
    code = "year_out_of_bounds"
    zh = "年份须在 {first} 到 {last} 之间。"
    en = "The year is between {first} and {last}."


def _gifts(organisation: Organisation, request: PaperRequest) -> "QuerySet[Donation]":
    year, code = int(str(request["year"])), request.get("programme")
    last = timezone.localdate().year
    if not YEAR_FIRST <= year <= last:
        raise YearOutOfBounds(first=YEAR_FIRST, last=last, pointer="/year")
    programme = get_programme(code=str(code), organisation=organisation) if code else None
    return gifts_of_year(organisation=organisation, year=year, programme=programme)


def _count(organisation: Organisation, request: PaperRequest) -> int:
    return require_count(_gifts(organisation, request).count(), GIFTS_MAX)


def _files_of(form: str) -> Callable[[PaperWork], Iterator[PaperFile]]:
    """Make what draws a year's papers: each chunk's numbers are given first, then its file is drawn."""

    def files(work: PaperWork) -> Iterator[PaperFile]:
        rows = donations_with_names(_gifts(work.actor.organisation, work.request).select_related("organisation"))
        gifts: Sequence[Donation] = list(rows[:GIFTS_MAX])
        for start in range(0, len(gifts), PAPERS_PER_FILE):
            chunk = gifts[start : start + PAPERS_PER_FILE]
            issue_acknowledgements(actor=work.actor, donations=chunk, now=_now())
            papers = [get_paper(donation=gift) for gift in chunk]
            yield PaperFile(
                name=f"{start + 1:05d}-{start + len(chunk):05d}",
                title="捐赠接收凭证" if form == ACKNOWLEDGEMENT else "捐赠证书",
                papers=[drawing_of(paper, form) for paper in papers],
                uris=[code_uri(gift.code.text, settings.CODE_HOST) for gift in chunk],
                codes=[gift.code for gift in chunk],
            )

    return files


def _now() -> dt.datetime:
    """Read the clock once for each chunk: a batch that runs over New Year gives each paper its own year."""
    return timezone.now()


GIFT_PAPERS = {
    f"{ACKNOWLEDGEMENT}S": PaperKind(
        "全年捐赠接收凭证",
        "Acknowledgements of a year",
        Subject.GIFTS,
        ("year",),
        ("programme",),
        _count,
        _files_of(ACKNOWLEDGEMENT),
    ),
    f"{CERTIFICATE}S": PaperKind(
        "全年捐赠证书",
        "Certificates of a year",
        Subject.GIFTS,
        ("year",),
        ("programme",),
        _count,
        _files_of(CERTIFICATE),
    ),
}
