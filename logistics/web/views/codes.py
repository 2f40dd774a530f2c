"""What anybody sees who scans a code with a plain phone: what this is and whom to call. Never a person."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from logistics.codes.models import Code, CodeState
from logistics.codes.reads import get_code
from logistics.donations.models import Donation
from logistics.donations.paper_reads import papers_of
from logistics.kernel.codes import TEXT_LENGTH_MAX
from logistics.kernel.refusals import Missing, Refusal
from logistics.ledgers.traces import STAGES, trace_of_gift
from logistics.lists.slips import application_of_slip, notice_of_paper
from logistics.parcels.models import Parcel
from logistics.parties.models import Organisation, Person
from logistics.replies.card_reads import thanks_for
from logistics.sponsorships.reads import sponsorship_by_code
from logistics.stock.count_models import StockTake
from logistics.stock.count_reads import visible_stock_takes
from logistics.web.doors import CARERS, language
from logistics.web.lists_wording import SLIP_STATES
from logistics.web.wording import PUBLIC_KINDS, PUBLIC_STATES

# WeChat's own browser: cookies of its own, no service worker, and no way to the scan app but "open in browser".
WECHAT = "MicroMessenger"
# The page differs by who is signed in and in which language, and no search engine lists a code.
HEADERS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex", "Referrer-Policy": "same-origin"}


def find(request: HttpRequest) -> HttpResponse:
    """Lead from a typed code to its page."""
    code = request.GET.get("code", "").strip()[:TEXT_LENGTH_MAX]
    return redirect("web:code", code=code.replace("/", "")) if code else redirect("web:home")


def show_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a code is, however it was typed."""
    try:
        row = get_code(code)
    except Refusal as refusal:
        status = 404 if isinstance(refusal, Missing) else 422
        return _answer(request, "web/code_unknown.html", {"words": refusal.message(language())}, status)
    take = _stock_take(request, row)
    if take is not None:
        return redirect("web:count", stock_take_id=take.id)
    if row.kind == "SPONSORSHIP" and row.state == CodeState.ACTIVE and sponsorship_by_code(row.id) is not None:
        return redirect("web:sponsor", code=row.text)
    notice = notice_of_paper(row.subject_id) if row.kind == "PAPER" else None
    if notice is not None:
        return redirect("web:public-notice", notice_id=notice.id)
    organisation = Organisation.objects.get(id=row.organisation_id)
    context = {
        "row": row,
        "organisation": organisation,
        "is_revoked": row.state == CodeState.REVOKED,
        "is_wechat": WECHAT in request.headers.get("User-Agent", ""),
        "kind_words": PUBLIC_KINDS.get(row.kind),
        **_told(row),
    }
    return _answer(request, "web/code.html", context)


def _answer(request: HttpRequest, template: str, context: Mapping[str, object], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    for name, value in HEADERS.items():
        response.headers[name] = value
    patch_vary_headers(response, ["Cookie", "Accept-Language", "User-Agent"])
    return response


def _stock_take(request: HttpRequest, row: Code) -> StockTake | None:
    """Find the stock-take on whose sheet the code stands, for who may count; anybody else sees what a paper is."""
    person = request.user
    if row.kind != "PAPER" or not isinstance(person, Person) or not person.has_role(*CARERS):
        return None
    return visible_stock_takes(person.organisation).filter(id=row.subject_id).first()


def _told(row: Code) -> dict[str, object]:
    if row.kind == "PARCEL":
        parcel = Parcel.objects.select_related("programme").get(id=row.subject_id)
        return {"parcel": parcel, "words": PUBLIC_STATES.get(parcel.state)}
    if row.kind == "ACKNOWLEDGEMENT":
        gift = Donation.objects.select_related("programme", "entry", "donor").get(id=row.subject_id)
        trace = trace_of_gift(gift)
        places = sorted({share.township for share in trace.shares if share.township and share.stage == "DELIVERED"})
        sums = trace.by_stage() if gift.amount_minor else trace.units_by_stage()
        stages = [(stage, sums[stage]) for stage in STAGES if sums[stage]]
        # The donor's name is shown only to whom the donor allowed it: everybody.
        name = gift.donor.name if gift.donor.may_be_named and not gift.is_anonymous else ""
        return {
            "gift": gift,
            "stages": stages,
            "places": places[:20],
            "papers": papers_of(gift),
            "donor_name": name,
            "thanks": thanks_for(gift),
        }
    if row.kind == "PAPER" and (application := application_of_slip(row.subject_id)) is not None:
        entry = getattr(application, "notice_entry", None)
        words = SLIP_STATES[application.state]
        return {"application": application, "notice": entry.notice if entry else None, "words": words}
    return {}
