"""Issue, void and reissue acknowledgements: numbered without a gap, never changed, both papers kept."""

import datetime as dt
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from logistics.donations.models import Donation, DonationKind, DonationLine
from logistics.donations.paper_models import Acknowledgement, AcknowledgementName, AcknowledgementVoid, Numbering
from logistics.donations.refund_reads import returned_gifts
from logistics.journal.leaves import append_leaves
from logistics.journal.postings import LeafData
from logistics.kernel.canonical import CanonicalValue, canonical_bytes, leaf_bytes, sha256_hex
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.outbox.actions import News, record_events
from logistics.parties.actors import Actor
from logistics.parties.models import Named
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

SALT_BYTES = 32
REASON_LENGTH_MAX = 200


class AcknowledgementVoided(Conflicting):
    code = "acknowledgement_voided"
    zh = "接收凭证 {number} 已经作废。"
    en = "Acknowledgement {number} is void already."


class VoidReasonMissing(Unacceptable):
    code = "void_reason_missing"
    zh = "请写明原因，不超过 {most} 字。"
    en = "Say why, in at most {most} characters."


class GiftReturned(Conflicting):
    code = "gift_returned"
    zh = "捐赠 {donation} 已全部退还或冲正，不能再开接收凭证。"
    en = "Gift {donation} went back to its donor or was a mistake: no acknowledgement is issued for it any more."


@action
def issue_acknowledgement(*, actor: Actor, donation: Donation, now: dt.datetime) -> tuple[Acknowledgement, bool]:
    """Issue the paper of a gift. Returns (paper, is new); a paper that counts is given again, not issued twice.

    Refuses GiftReturned.
    """
    return issue_acknowledgements(actor=actor, donations=[donation], now=now)[0]


@action
def issue_acknowledgements(
    *, actor: Actor, donations: Sequence[Donation], now: dt.datetime
) -> list[tuple[Acknowledgement, bool]]:
    """Issue the papers of gifts to one organisation, numbered in the order given. Returns (paper, is new) of each.

    Refuses GiftReturned where a new paper would be for nothing; then none is issued.
    """
    if not donations:
        return []
    organisation_id, year = donations[0].organisation_id, timezone.localdate(now).year
    if any(donation.organisation_id != organisation_id for donation in donations):
        raise ValueError("numbers are given to the gifts of one organisation at a time")
    numbering = _locked_numbering(organisation_id, year)
    last = {row.donation_id: row for row in _papers(donations)}
    returned = returned_gifts(donations)
    made: dict[uuid.UUID, Acknowledgement] = {}
    for donation in donations:
        before = last.get(donation.id)
        if donation.id in made or (before is not None and not hasattr(before, "void_row")):
            continue
        if donation.id in returned:
            raise GiftReturned(donation=donation.code.text)
        numbering.last_number += 1
        made[donation.id] = _paper(donation, numbering, (before.revision if before else 0) + 1, actor, now)
    _store(list(made.values()), numbering, now)
    return [(made.get(row.id) or last[row.id], row.id in made) for row in donations]


@action
def void_acknowledgement(
    *, actor: Actor, acknowledgement: Acknowledgement, reason: str, now: dt.datetime
) -> AcknowledgementVoid:
    """Say that a paper no longer counts; it stays on record. Refuses AcknowledgementVoided, VoidReasonMissing."""
    _locked_numbering(acknowledgement.organisation_id, acknowledgement.year)
    if AcknowledgementVoid.objects.filter(acknowledgement=acknowledgement).exists():
        raise AcknowledgementVoided(number=number_text(acknowledgement))
    why = reason.strip()
    if not 0 < len(why) <= REASON_LENGTH_MAX:
        raise VoidReasonMissing(most=REASON_LENGTH_MAX, pointer="/reason")
    void = AcknowledgementVoid.objects.create(
        acknowledgement=acknowledgement, reason=why, voided_at=now, voided_by_id=actor.holder_id
    )
    fields: dict[str, CanonicalValue] = {
        "id": str(void.id),
        "acknowledgement": str(acknowledgement.id),
        "reason": sha256_hex(why.encode()),
        "voided_at": now.astimezone(dt.UTC).isoformat(),
        "actor": str(actor.holder_id),
    }
    append_leaves([LeafData("ACKNOWLEDGEMENT_VOID", void.id, leaf_bytes("ACKNOWLEDGEMENT_VOID", fields))])
    record_events([_news("acknowledgement.voided", acknowledgement, now)])
    return void


@action
def reissue_acknowledgement(
    *, actor: Actor, acknowledgement: Acknowledgement, reason: str, now: dt.datetime
) -> Acknowledgement:
    """Void a paper and issue the next one for its gift. Refuses AcknowledgementVoided, VoidReasonMissing."""
    void_acknowledgement(actor=actor, acknowledgement=acknowledgement, reason=reason, now=now)
    return issue_acknowledgement(actor=actor, donation=acknowledgement.donation, now=now)[0]


def number_text(acknowledgement: Acknowledgement) -> str:
    """Say a paper's number as it is printed."""
    code = acknowledgement.content["organisation"]["code"]
    return f"{code}-{acknowledgement.year}-{acknowledgement.number:06d}"


def _locked_numbering(organisation_id: uuid.UUID, year: int) -> Numbering:
    """Take the organisation's numbers of the year: whoever comes next waits until this transaction has ended."""
    Numbering.objects.bulk_create([Numbering(organisation_id=organisation_id, year=year)], ignore_conflicts=True)
    return Numbering.objects.select_for_update().get(organisation_id=organisation_id, year=year)


def _papers(donations: Sequence[Donation]) -> "QuerySet[Acknowledgement]":
    """Return the papers of gifts with their voids, each gift's latest one last."""
    ids = {donation.id for donation in donations}
    return Acknowledgement.objects.filter(donation__in=ids).select_related("void_row").order_by("donation", "revision")


def _paper(donation: Donation, numbering: Numbering, revision: int, actor: Actor, now: dt.datetime) -> Acknowledgement:
    name, salt = _name(donation), secrets.token_bytes(SALT_BYTES)
    paper = Acknowledgement(
        id=new_id(),
        organisation_id=donation.organisation_id,
        year=numbering.year,
        number=numbering.last_number,
        donation=donation,
        revision=revision,
        content=_content(donation),
        name_commitment=hmac.new(salt, name.encode(), hashlib.sha256).hexdigest(),
        issued_at=now,
        issued_by_id=actor.holder_id,
    )
    paper.name_row = AcknowledgementName(acknowledgement=paper, name=name, salt=salt.hex())
    return paper


def _store(papers: Sequence[Acknowledgement], numbering: Numbering, now: dt.datetime) -> None:
    if not papers:
        return
    numbering.save(update_fields=["last_number"])
    Acknowledgement.objects.bulk_create(papers)
    AcknowledgementName.objects.bulk_create(paper.name_row for paper in papers)
    append_leaves([_leaf(paper) for paper in papers])
    record_events([_news("acknowledgement.issued", paper, now) for paper in papers])


def _leaf(paper: Acknowledgement) -> LeafData:
    fields: dict[str, CanonicalValue] = {
        "id": str(paper.id),
        "organisation": str(paper.organisation_id),
        "year": paper.year,
        "number": paper.number,
        "donation": str(paper.donation_id),
        "revision": paper.revision,
        "content": sha256_hex(canonical_bytes(paper.content)),
        "name": paper.name_commitment,
        "issued_at": paper.issued_at.astimezone(dt.UTC).isoformat(),
        "actor": str(paper.issued_by_id),
    }
    return LeafData("ACKNOWLEDGEMENT", paper.id, leaf_bytes("ACKNOWLEDGEMENT", fields))


def _news(kind: str, paper: Acknowledgement, now: dt.datetime) -> News:
    payload = {"donation": paper.content["donation"], "number": number_text(paper), "revision": paper.revision}
    return News(kind, paper.organisation_id, paper.id, now, payload)


def _name(donation: Donation) -> str:
    return "" if donation.is_anonymous else donation.donor.name


def _content(donation: Donation) -> dict[str, CanonicalValue]:
    """Say what is on the paper, but for the donor's name. Money in minor units; null where nothing could be valued."""
    lines = [_line(line) for line in donation.lines.select_related("item").order_by("id")]
    is_valued = donation.kind == DonationKind.MONEY or any(line["line_total"] is not None for line in lines)
    return {
        "organisation": {**_named(donation.organisation), "telephone": donation.organisation.telephone},
        "programme": _named(donation.programme),
        "fund": _named(donation.fund),
        "donation": donation.code.text,
        "kind": donation.kind,
        "channel": donation.channel,
        "received_on": timezone.localdate(donation.received_at).isoformat(),
        "is_anonymous": donation.is_anonymous,
        "amount": donation.amount_minor if is_valued else None,
        "currency": donation.currency,
        "lines": lines,
    }


def _line(line: DonationLine) -> dict[str, CanonicalValue]:
    return {
        "item": _named(line.item),
        "quantity": line.quantity,
        "unit": line.item.unit,
        "line_total": line.line_total_minor,
        "basis": line.basis,
    }


def _named(row: Named) -> dict[str, CanonicalValue]:
    return {"code": row.code, "zh": row.name_zh, "en": row.name_en}
