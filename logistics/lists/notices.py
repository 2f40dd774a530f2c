"""Publish who is to be listed, for as many days as the programme sets, before anything is approved (公示).

A notice shows township, programme, count and the numbers that the families know. It has no place for a name, a school
or a hardship, of children and of anybody else.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db.models import Max, QuerySet
from django.utils import timezone

from logistics.journal.leaves import append_leaves, said
from logistics.journal.postings import LeafData
from logistics.kernel.admission import Rules
from logistics.kernel.canonical import canonical_bytes, leaf_bytes, sha256_hex
from logistics.kernel.refusals import Conflicting, Missing
from logistics.lists.access import visible_notices
from logistics.lists.facts import facts_of
from logistics.lists.models import Application, ApplicationState, NoticeEntry, PublicNotice
from logistics.lists.rule_reads import get_rules, judged_rules
from logistics.lists.unmet import unmet_by_application
from logistics.outbox.actions import News, record_events
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Programme
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

ENTRIES_MAX = 100_000
ROWS_PER_STATEMENT = 5_000


class NobodyAccepted(Conflicting):
    code = "nobody_accepted"
    zh = "本批次没有审核通过、尚未公示的申报。"
    en = "In this round no application is accepted and not on a notice yet."


class NoticeMissing(Missing):
    code = "notice_missing"
    zh = "没有找到这份公示。"
    en = "There is no such public notice."


class NoticeTooLong(Conflicting):
    code = "notice_too_long"
    zh = "一份公示最多 {most} 户。"
    en = "A public notice has at most {most} entries."


@action
def publish_notice(
    *,
    actor: Actor,
    organisation: Organisation,
    programme: Programme,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> PublicNotice:
    """Publish the accepted applications of an organisation and those below it, in this round; the same token once.

    Whoever no longer meets the programme's rules stays where they are and is reviewed again.

    Refuses RulesAbsent, NobodyAccepted, NoticeTooLong.
    """
    notice_id = derived_id(token, 0) if token else new_id()
    standing = PublicNotice.objects.filter(id=notice_id).first()
    if standing is not None:
        return standing
    rules = get_rules(programme)
    # Locked, so that two notices at once get two numbers and share no application.
    Organisation.objects.select_for_update().get(id=organisation.id)
    chosen = _eligible(organisation, programme, rules.round_name, judged_rules(rules), now)
    if len(chosen) > ENTRIES_MAX:
        raise NoticeTooLong(most=ENTRIES_MAX)
    today = timezone.localdate(now)
    notice = PublicNotice(
        id=notice_id,
        organisation=organisation,
        programme=programme,
        round_name=rules.round_name,
        year=today.year,
        number=_next_number(organisation, today.year),
        count=len(chosen),
        published_at=now,
        ends_on=today + dt.timedelta(days=rules.notice_days),
        published_by_id=actor.holder_id,
    )
    entries = [
        NoticeEntry(notice=notice, application_id=key, township=township, reference=reference)
        for key, township, reference in chosen
    ]
    _store(notice, entries, now)
    _tell(notice, now)
    return notice


def accepted_applications(organisation: Organisation, programme: Programme, round_name: str) -> "QuerySet[Application]":
    """Return what is accepted in a round and waits for a notice."""
    return Application.objects.filter(
        organisation__in=organisation_ids_below(organisation),
        programme=programme,
        round_name=round_name,
        state=ApplicationState.ACCEPTED,
    )


def get_notice(*, notice_id: uuid.UUID, organisation: Organisation) -> PublicNotice:
    """Return a notice that the organisation looks after. Refuses NoticeMissing."""
    found = visible_notices(organisation).filter(id=notice_id).first()
    if found is None:
        raise NoticeMissing
    return found


def get_public_notice(*, notice_id: uuid.UUID) -> PublicNotice:
    """Return a notice for anyone to read. Refuses NoticeMissing."""
    found = PublicNotice.objects.select_related("organisation", "programme").filter(id=notice_id).first()
    if found is None:
        raise NoticeMissing
    return found


def entries_of(notice: PublicNotice) -> "QuerySet[NoticeEntry]":
    """Return what stands on a notice, by township and number."""
    return NoticeEntry.objects.filter(notice=notice).order_by("township", "reference")


def entries_for_anyone(notice: PublicNotice) -> "QuerySet[NoticeEntry]":
    """Return what anybody sees on a notice: the number of who was erased since stands there no more."""
    return entries_of(notice).filter(application__household__erased_at=None, application__beneficiary__erased_at=None)


def leaf_of_notice(notice: PublicNotice, entries: Iterable[NoticeEntry] | None = None) -> LeafData:
    """Say a notice in canonical bytes, with the hash of what stands on it now."""
    shown = entries_of(notice) if entries is None else entries
    data = leaf_bytes("NOTICE", {"notice": said(notice), "shown_sha256": hash_of_entries(shown)})
    return LeafData("NOTICE", notice.id, data, notice.organisation_id)


def hash_of_entries(entries: Iterable[NoticeEntry]) -> str:
    """Hash what a notice shows, in the order of townships and numbers."""
    rows = sorted((entry.township, entry.reference, str(entry.application_id)) for entry in entries)
    return sha256_hex(canonical_bytes(rows))


def _eligible(
    organisation: Organisation, programme: Programme, round_name: str, rules: Rules, now: dt.datetime
) -> Sequence[tuple[uuid.UUID, str, str]]:
    """List what may be published: (application, township, number). Refuses NobodyAccepted."""
    rows = accepted_applications(organisation, programme, round_name)
    today = timezone.localdate(now)
    unmet = unmet_by_application(rules, facts_of(rows, on=today), programme=programme.code, on=today)
    columns = ("id", "household__township", "reference")
    chosen = [row for row in rows.order_by("id").values_list(*columns) if row[0] not in unmet]
    if not chosen:
        raise NobodyAccepted
    return chosen


def _store(notice: PublicNotice, entries: list[NoticeEntry], now: dt.datetime) -> None:
    notice.entries_sha256 = hash_of_entries(entries)
    notice.save(force_insert=True)
    NoticeEntry.objects.bulk_create(entries, batch_size=ROWS_PER_STATEMENT)
    on_it = Application.objects.filter(notice_entry__notice=notice).order_by().values("id")
    Application.objects.filter(id__in=on_it).update(state=ApplicationState.ON_NOTICE, state_since=now)
    append_leaves([leaf_of_notice(notice, entries)])


def _next_number(organisation: Organisation, year: int) -> int:
    last = PublicNotice.objects.filter(organisation=organisation, year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _tell(notice: PublicNotice, now: dt.datetime) -> None:
    payload: dict[str, str | int | None] = {
        "notice": str(notice.id),
        "number": notice.reference,
        "programme": notice.programme.code,
        "count": notice.count,
        "ends_on": notice.ends_on.isoformat(),
    }
    record_events([News("notice.published", notice.organisation_id, notice.id, now, payload)])
