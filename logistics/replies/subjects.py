"""What a reply is about: the parcel or grant behind a code, and the gifts behind those."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from logistics.codes.models import Code, CodeState
from logistics.codes.reads import CodeMissing, get_code, get_code_within
from logistics.donations.models import Donation
from logistics.grants.models import Grant, GrantState
from logistics.households.models import Household, Member
from logistics.households.standing import require_unerased
from logistics.journal.postings import Piece
from logistics.journal.traces import trace_back
from logistics.kernel.refusals import Unacceptable
from logistics.parcels.actions import pieces_of
from logistics.parcels.models import Parcel
from logistics.parties.models import Organisation, Programme

# Codes that lead to a parcel or a grant which somebody may say thanks for.
CODE_KINDS = ("REPLY_CARD", "PARCEL")


class NoReplyCode(Unacceptable):
    code = "no_reply_code"
    zh = "请扫描或输入回音卡或包裹上的码。"
    en = "Scan or type the code of a reply card or of a parcel."


@dataclass(frozen=True)
class ReplySubject:
    """A parcel or a grant, and whose it is."""

    parcel: Parcel | None
    grant: Grant | None
    card: Code | None = None

    @property
    def organisation(self) -> Organisation:
        """Return the body whose family it went to."""
        found = self.parcel or self.grant
        assert found is not None
        return found.organisation

    @property
    def programme(self) -> Programme:
        """Return the programme it stands in."""
        if self.parcel is not None:
            return self.parcel.programme
        assert self.grant is not None
        return self.grant.fund.programme

    @property
    def household(self) -> Household | None:
        """Return the family, where one is named."""
        found = self.parcel or self.grant
        return found.household if found else None

    @property
    def beneficiary(self) -> Member | None:
        """Return the member whom it is for, where it is for one."""
        found = self.parcel or self.grant
        return found.beneficiary if found else None

    def require_unerased(self) -> None:
        """Refuse PersonErased where the family, or the member whom it is for, was erased."""
        household, member = self.household, self.beneficiary
        require_unerased([household.id] if household else [], [member.id] if member else [])

    @property
    def has_arrived(self) -> bool:
        """Tell whether the family has what it gives thanks for."""
        if self.parcel is not None:
            return self.parcel.state == "DELIVERED"
        return self.grant is not None and self.grant.state == GrantState.PAID


def subject_behind(text: str, *, within: Organisation | None) -> ReplySubject:
    """Return what a reply card's or parcel's code stands for; without `within`, for whoever holds the card itself.

    Refuses BadCheck, ForeignCode, CodeMissing (also for another body's), NoReplyCode.
    """
    row = get_code(text) if within is None else get_code_within(text, within)
    if row.kind not in CODE_KINDS or (within is None and row.kind != "REPLY_CARD"):
        raise NoReplyCode(pointer="/code")
    if within is None and row.state != CodeState.ACTIVE:
        raise CodeMissing
    found = _subject(row.subject_id, row if row.kind == "REPLY_CARD" else None)
    if within is None and (_is_gone(found.household) or _is_gone(found.beneficiary)):
        # No stranger is told that somebody was erased.
        raise CodeMissing
    return found


def gifts_behind(subject: ReplySubject) -> list[Donation]:
    """List the gifts that what a family got was made of, first received first; gifts behind sold goods are left out."""
    origins = trace_back(_pieces(subject))
    return list(Donation.objects.filter(entry__in={row.entry_id for row in origins}).order_by("received_at", "id"))


def _is_gone(whom: Household | Member | None) -> bool:
    return whom is not None and whom.erased_at is not None


def _subject(subject_id: uuid.UUID, card: Code | None) -> ReplySubject:
    parcels = Parcel.objects.select_related("organisation", "programme", "household", "code")
    if (parcel := parcels.filter(id=subject_id).first()) is not None:
        return ReplySubject(parcel, None, card)
    grants = Grant.objects.select_related("organisation", "fund__programme", "household", "entry")
    if (grant := grants.filter(id=subject_id).first()) is not None:
        return ReplySubject(None, grant, card)
    raise CodeMissing


def _pieces(subject: ReplySubject) -> Iterator[Piece]:
    if subject.parcel is not None:
        yield from pieces_of(subject.parcel)
    elif subject.grant is not None and subject.grant.entry is not None:
        for row in subject.grant.entry.transfers.order_by("position"):
            yield Piece(row.lot_id, row.start, row.stop, row.value_minor)
