"""Each family's slip: the number by which it finds itself on a public notice, and no name."""

from collections.abc import Iterator

from django.utils import timezone

from labels.papers.spec import Both
from logistics.lists.access import visible_applications
from logistics.lists.models import Application, ApplicationState
from logistics.parties.models import Organisation
from logistics.press.papers.kinds import PaperFile, PaperKind, PaperRequest, PaperWork, Subject, require_count
from logistics.press.papers.making import card_file
from logistics.press.papers.paper_codes import codes_for, printed

SLIPS_MAX = 1_000
# Whoever is refused or has withdrawn needs no number any more.
STANDING = (ApplicationState.FILED, ApplicationState.ACCEPTED, ApplicationState.ON_NOTICE, ApplicationState.LISTED)


def _applications(organisation: Organisation, request: PaperRequest) -> list[Application]:
    rows = visible_applications(organisation).filter(programme__code=str(request["programme"]), state__in=STANDING)
    if request.get("household"):
        rows = rows.filter(household__reference=str(request["household"]).strip().upper())
    return list(rows.order_by("household__township", "reference")[: SLIPS_MAX + 1])


def _count_slips(organisation: Organisation, request: PaperRequest) -> int:
    return require_count(len(_applications(organisation, request)), SLIPS_MAX)


def _slips(work: PaperWork) -> Iterator[PaperFile]:
    from labels.papers.cards import Card

    own = work.actor.organisation
    rows = _applications(own, work.request)
    codes = codes_for(kind="PAPER", subjects=[row.id for row in rows], organisation_id=own.id)
    call = (f"电话 {own.telephone}",) if own.telephone else ()
    kind = Both("申报回执", "Slip of an application")
    cards = [
        Card(
            row.reference,
            kind,
            row.reference,
            (
                f"{row.programme.name_zh} · {row.round_name}",
                f"{timezone.localdate(row.filed_at).isoformat()} 登记。公示只写这个编号，不写姓名，请收好。",
                *call,
            ),
            printed(code),
        )
        for row, code in zip(rows, codes, strict=True)
    ]
    yield card_file(Both("申报回执", "Slips of applications"), cards, codes)


SLIP_PAPERS = {
    "APPLICATION_SLIPS": PaperKind(
        "申报回执", "Slips of applications", Subject.FAMILIES, ("programme",), ("household",), _count_slips, _slips
    ),
}
