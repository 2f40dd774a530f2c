"""Settle what scans contradict: the hand-overs side by side, which of them is true, and why."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.deliveries.desk import facts_of
from logistics.deliveries.models import ScanEvent, Settlement
from logistics.deliveries.people import names_of
from logistics.deliveries.settlements import Ruling, hand_overs_of, settle_dispute
from logistics.households.reads import get_recipient
from logistics.journal.committed import texts_of
from logistics.kernel.refusals import Refusal
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcel
from logistics.parties.models import Organisation
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles
from logistics.web.settle_forms import SettleForm


@for_roles(*OFFICERS)
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """Show what contradicts, and settle it."""
    actor = actor_of(request)
    parcel = get_parcel(key=code, organisation=actor.organisation)
    form = SettleForm(request.POST or None, initial={"judged": ",".join(sorted(hand_overs_of(parcel)))})
    if request.method == "POST" and form.is_valid():
        try:
            ruling = _ruling(form.cleaned_data, actor.organisation)
            reason = form.cleaned_data["reason"]
            settle_dispute(actor=actor, parcel=parcel, ruling=ruling, reason=reason, now=timezone.now())
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Settled. State and books follow, and the scans stay as they were."))
            return redirect("web:parcel", code=parcel.code.text)
    context = {"parcel": parcel, "form": form, **_shown(parcel)}
    return render(request, "web/settle.html", context, status=422 if form.errors else 200)


def _ruling(values: dict[str, object], organisation: Organisation) -> Ruling:
    family = str(values["household"])
    return Ruling(
        judged=tuple(uuid.UUID(text) for text in str(values["judged"]).split(",") if text),
        stands=uuid.UUID(str(values["stands"])) if values["stands"] else None,
        household=get_recipient(reference=family, organisation=organisation)[0] if family else None,
        is_packed=bool(values["is_packed"]),
    )


def _is_packed(parcel: Parcel) -> bool:
    return any(fact.step == "PACK" and fact.refused is None for fact in facts_of(parcel))


def _shown(parcel: Parcel) -> dict[str, object]:
    """Gather the hand-overs and what was settled before, with the names of staff."""
    scans = list(ScanEvent.objects.filter(id__in=hand_overs_of(parcel)).order_by("received_at", "id"))
    past = list(Settlement.objects.filter(parcel=parcel).order_by("settled_at"))
    people = {row.device_id for row in scans} | {row.operator_id for row in scans} | {row.settled_by_id for row in past}
    names, reasons = names_of(person for person in people if person), texts_of(row.id for row in past)
    is_cancelled = parcel.unposted_reason == "parcel_cancelled"
    return {
        "scans": [(row, names.get(row.operator_id or row.device_id) or names.get(row.device_id, "")) for row in scans],
        "past": [(row, names.get(row.settled_by_id, ""), reasons.get(row.id, {}).get("reason", "")) for row in past],
        "needs_household": parcel.unposted_reason == "household_unknown" or (is_cancelled and not parcel.household_id),
        "needs_pack": parcel.unposted_reason == "pack_missing" or (is_cancelled and not _is_packed(parcel)),
    }
