"""One entry of the books, as the last step down from a figure: transfers, voucher, evidence, proof, neighbours."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from logistics.journal.models import JournalEntry
from logistics.journal.reads import EntryMissing, get_entry
from logistics.journal.sealing import EntryNotSealed, proof_of_entry
from logistics.ledgers.entries import entry_view_for
from logistics.parties.access import organisation_ids_below
from logistics.web.doors import AUDITORS, actor_of, for_roles, language


@for_roles(*AUDITORS)
def entry(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Show an entry."""
    return render(request, "web/entry.html", {"view": entry_view_for(_found(request, entry_id))})


@for_roles(*AUDITORS)
def proof(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Hand out the proof that an entry is under the newest checkpoint (C2SP tlog-proof)."""
    found = _found(request, entry_id)
    try:
        text = proof_of_entry(found.id)
    except EntryNotSealed as refusal:
        return HttpResponse(refusal.message(language()), status=409, content_type="text/plain; charset=utf-8")
    headers = {"Content-Disposition": f'attachment; filename="{found.id}.tlog-proof"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def _found(request: HttpRequest, entry_id: uuid.UUID) -> JournalEntry:
    try:
        return get_entry(entry_id=entry_id, organisation_ids=organisation_ids_below(actor_of(request).organisation))
    except EntryMissing:
        raise Http404 from None
