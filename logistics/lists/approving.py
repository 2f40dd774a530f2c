"""Approve a list, which freezes it, or reject it: by another person than drafted, filed or reviewed anything on it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db.models import Max, Q
from django.utils import timezone

from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves, said
from logistics.journal.postings import LeafData
from logistics.kernel.canonical import canonical_bytes, leaf_bytes, sha256_hex
from logistics.kernel.ranking import Place
from logistics.kernel.refusals import Conflicting, NotAllowed
from logistics.lists.applications import drop_application
from logistics.lists.drafts import Draft, reckoned, waiting_on
from logistics.lists.models import (
    Application,
    ApplicationState,
    DistributionList,
    ListEntry,
    Objection,
    ObjectionState,
    PublicNotice,
)
from logistics.lists.place_texts import place_written
from logistics.lists.reasons import checked_text
from logistics.outbox.actions import News, record_events
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.parties.proposals import ProposalDecided, ProposalState
from logistics.storage.rows import new_id
from logistics.storage.transactions import action
from logistics.storage.writes import add_together

ROWS_PER_STATEMENT = 5_000
DECISION_LENGTH_MAX = 200


class NoticeRunning(Conflicting):
    code = "notice_running"
    zh = "公示到 {ends_on} 为止，之后才能审批。"
    en = "The public notice runs until {ends_on}; the list can be approved afterwards."


class ObjectionsUnanswered(Conflicting):
    code = "objections_unanswered"
    zh = "还有 {count} 条异议没有答复，答复后才能审批。"
    en = "{count} objections are not answered yet; the list can be approved afterwards."


class ListApprovedByParty(NotAllowed):
    code = "list_approved_by_party"
    zh = "编制、申报或审核过这份名单的人不能审批它，请由另一人审批。"
    en = "Who drafted this list, or filed or reviewed anything on it, may not approve it: another person does."


class ListNeedsPerson(NotAllowed):
    code = "list_needs_person"
    zh = "名单须由登录的人审批，程序的密钥不能审批。"
    en = "A person who is signed in approves a list; a program's key does not."


class DraftMoved(Conflicting):
    code = "draft_moved"
    zh = "您打开以后，名单因新的情况有了变化，请重新查看再审批。"
    en = "The list has changed since you opened it, as the facts have: look again, then approve."


@action
def approve_list(
    *, actor: Actor, draft: DistributionList, reason: str = "", seen_sha256: str = "", now: dt.datetime
) -> DistributionList:
    """Approve a list and freeze it under the next number of its organisation and year.

    `seen_sha256` is the hash of the draft that the approver saw. Whoever no longer meets the rules is refused for that.

    Refuses ListNeedsPerson, ProposalDecided, ListApprovedByParty, NoticeRunning, ObjectionsUnanswered, DraftMoved.
    """
    if actor.person is None:
        # Whose hand holds a key nobody knows: one person with two keys would be two.
        raise ListNeedsPerson
    locked = _locked(draft)
    _require_time_over(locked, timezone.localdate(now))
    _require_another(locked, actor)
    found = reckoned(locked)
    if seen_sha256 and seen_sha256 != found.sha256():
        raise DraftMoved
    for row in Application.objects.filter(id__in=list(found.shut_out)).select_related("organisation"):
        why = found.shut_out[row.id]
        drop_application(row, actor_id=actor.holder_id, reason=why[0], text="", now=now)
    entries = _frozen(locked, found, actor)
    served = ListEntry.objects.filter(list=locked, offer__isnull=False).order_by().values("application")
    Application.objects.filter(id__in=served).update(state=ApplicationState.LISTED, state_since=now)
    # Locked, so that two lists at once get two numbers.
    Organisation.objects.select_for_update().get(id=locked.organisation_id)
    locked.year = timezone.localdate(now).year
    numbers = DistributionList.objects.filter(organisation=locked.organisation, year=locked.year)
    locked.number = (numbers.aggregate(last=Max("number"))["last"] or 0) + 1
    locked.count, locked.entries_sha256 = len(entries), hash_of_entries(entries)
    _decide(locked, ProposalState.APPROVED, actor, reason, now)
    append_leaves([leaf_of_list(locked, entries)])
    payload: dict[str, str | int | None] = {
        "list": str(locked.id),
        "number": locked.reference,
        "programme": locked.programme.code,
        "count": locked.count,
    }
    record_events([News("list.approved", locked.organisation_id, locked.id, now, payload)])
    return locked


@action
def reject_list(*, actor: Actor, draft: DistributionList, reason: str, now: dt.datetime) -> DistributionList:
    """Reject a draft with a reason, or take back one's own; its notice stands. Refuses ProposalDecided."""
    locked = _locked(draft)
    _decide(locked, ProposalState.REJECTED, actor, checked_text(reason, "/reason"), now)
    return locked


def leaf_of_list(row: DistributionList, entries: Iterable[ListEntry] | None = None) -> LeafData:
    """Say an approved list in canonical bytes, with the hash of the places that stand on it now."""
    standing = ListEntry.objects.filter(list=row).order_by("place") if entries is None else entries
    data = leaf_bytes("LIST", {"list": said(row), "standing_sha256": hash_of_entries(standing)})
    return LeafData("LIST", row.id, data, row.organisation_id)


def hash_of_entries(entries: Iterable[ListEntry]) -> str:
    """Hash the places of a list with everything that is said of each, in order."""
    return sha256_hex(canonical_bytes([said(entry) for entry in entries]))


def _frozen(row: DistributionList, found: Draft, actor: Actor) -> list[ListEntry]:
    columns = ("id", "filed_by_id", "reviewed_by_id")
    people = {key: (filed, reviewed) for key, filed, reviewed in waiting_on(row.notice).values_list(*columns)}
    ids = [new_id() for _ in found.places]
    kept = keep_texts({key: {"parts": place_written(place)} for key, place in zip(ids, found.places, strict=True)})
    entries = [
        _entry(row, key, place, kept[key]["parts"], found, people, actor)
        for key, place in zip(ids, found.places, strict=True)
    ]
    for start in range(0, len(entries), ROWS_PER_STATEMENT):
        add_together(entries[start : start + ROWS_PER_STATEMENT])
    return entries


def _entry(
    row: DistributionList,
    key: uuid.UUID,
    place: Place,
    commitment: str,
    found: Draft,
    people: dict[uuid.UUID, tuple[uuid.UUID, uuid.UUID | None]],
    actor: Actor,
) -> ListEntry:
    name = place.candidate.reference
    application_id = found.applications[name]
    filed_by, reviewed_by = people[application_id]
    assert reviewed_by is not None, "what stands on a notice was reviewed"
    return ListEntry(
        id=key,
        list_id=row.id,
        place=place.number,
        application_id=application_id,
        reference=name,
        points=place.points,
        parts_commitment=commitment,
        waiting_since=place.candidate.waiting_since,
        offer=found.given.get(name),
        unserved_reason=found.unserved.get(name, ""),
        filed_by_id=filed_by,
        reviewed_by_id=reviewed_by,
        approved_by_id=actor.holder_id,
    )


def _require_time_over(row: DistributionList, today: dt.date) -> None:
    if today <= row.notice.ends_on:
        raise NoticeRunning(ends_on=row.notice.ends_on.isoformat())
    unanswered = Objection.objects.filter(notice=row.notice, state=ObjectionState.OPEN).count()
    if unanswered:
        raise ObjectionsUnanswered(count=unanswered)


def _require_another(row: DistributionList, actor: Actor) -> None:
    theirs = Q(filed_by_id=actor.holder_id) | Q(reviewed_by_id=actor.holder_id)
    if row.proposed_by_id == actor.holder_id or waiting_on(row.notice).filter(theirs).exists():
        raise ListApprovedByParty


def _locked(draft: DistributionList) -> DistributionList:
    # The notice first, as whoever objects locks it: no objection comes in while a list is approved.
    PublicNotice.objects.select_for_update().get(id=draft.notice_id)
    rows = DistributionList.objects.select_for_update(of=("self",))
    locked = rows.select_related("organisation", "programme", "notice", "weights").get(id=draft.id)
    if locked.state != ProposalState.PROPOSED:
        raise ProposalDecided(state=locked.state)
    return locked


def _decide(row: DistributionList, state: str, actor: Actor, reason: str, now: dt.datetime) -> None:
    row.state, row.decided_at, row.decided_by_id = state, now, actor.holder_id
    row.decision_reason = reason.strip()[:DECISION_LENGTH_MAX]
    fields: Sequence[str] = ("year", "number", "count", "entries_sha256")
    row.save(update_fields=["state", "decided_at", "decided_by_id", "decision_reason", *fields])
