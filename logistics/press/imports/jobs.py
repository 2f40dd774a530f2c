"""Hand in a file, choose its rows, and let workers read and record them."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Sequence

from django.utils import timezone

from logistics.donations.many import AskedGift, record_gifts_apart
from logistics.donations.models import Donation
from logistics.funds.models import Fund
from logistics.funds.reads import visible_funds
from logistics.kernel.refusals import Conflicting, Refusal, Unacceptable
from logistics.parties.actions import NewDonor, require_open
from logistics.parties.actors import Actor
from logistics.parties.models import Person, Programme
from logistics.parties.reads import visible_programmes
from logistics.press.import_models import GiftImport, ImportKind, ImportRow, ImportStage, RowOutcome
from logistics.press.imports.headings import columns_of
from logistics.press.imports.matching import Matched, gifts_between, matched_rows, span_of
from logistics.press.imports.reading import lines_of
from logistics.press.imports.rows import Reader, Said, with_references
from logistics.press.imports.tables import FILE_BYTES_MAX, TableUnreadable, too_large
from logistics.press.models import JobState, problem_of
from logistics.storage.locked_files import lock_away, throw_away, unlocked
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

ROWS_AT_ONCE = 200
_TEXTS = ("donor", "donor_kind", "currency", "channel", "reference", "programme", "fund", "pledge", "note")


class ImportNotReady(Conflicting):
    code = "import_not_ready"
    zh = "文件还在读取或记账，请稍候。"
    en = "The file is still being read or recorded."


class NothingChosen(Unacceptable):
    code = "nothing_chosen"
    zh = "没有可记账的行：请至少选一行没有错误的新捐赠。"
    en = "Nothing can be recorded: choose at least one new row without faults."


@action
def ask_to_import(
    *,
    actor: Actor,
    kind: str,
    data: bytes,
    name: str = "",
    programme: Programme,
    fund: Fund | None = None,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> GiftImport:
    """Queue a file of gifts, or a bank statement, to be read. Nothing is recorded. The same token queues it once.

    Refuses ProgrammeClosed, TableTooLarge, TableUnreadable.
    """
    from logistics.press.tasks import work_on_import

    require_open(programme)
    if not 0 < len(data) <= FILE_BYTES_MAX:
        raise too_large() if data else TableUnreadable(pointer="/file")
    job_id = derived_id(token, 0) if token else new_id()
    queued = GiftImport.objects.filter(id=job_id, organisation=actor.organisation).first()
    if queued is not None:
        return queued
    path = f"imports/{new_id().hex}"
    job = GiftImport.objects.create(
        id=job_id,
        organisation=actor.organisation,
        kind=kind,
        programme=programme,
        fund=fund,
        name=name[:120],
        total=0,
        path=path,
        file_key=lock_away(data, path),
        file_sha256=hashlib.sha256(data).hexdigest(),
        asked_at=now,
        asked_by_id=actor.holder_id,
    )
    work_on_import.enqueue(str(job.id))
    return job


@action
def ask_to_record(*, actor: Actor, job: GiftImport, numbers: Sequence[int] | None, now: dt.datetime) -> GiftImport:
    """Queue the new rows of a file, all of them or those with these numbers, to be recorded as gifts.

    Refuses ImportNotReady, NothingChosen.
    """
    from logistics.press.tasks import work_on_import

    locked = GiftImport.objects.select_for_update(of=("self",)).get(id=job.id)
    if locked.state != JobState.DONE:
        raise ImportNotReady
    rows = ImportRow.objects.filter(job=locked, outcome=RowOutcome.NEW)
    chosen = rows.update(is_chosen=True) if numbers is None else rows.filter(number__in=numbers).update(is_chosen=True)
    if not chosen:
        raise NothingChosen(pointer="/rows")
    locked.stage, locked.state, locked.done, locked.total = ImportStage.RECORD, JobState.QUEUED, 0, chosen
    locked.asked_at, locked.asked_by_id, locked.tries = now, actor.holder_id, 0
    locked.save(update_fields=["stage", "state", "done", "total", "asked_at", "asked_by_id", "tries"])
    work_on_import.enqueue(str(locked.id))
    return locked


def work_on_queued_import(job_id: uuid.UUID) -> None:
    """Read a file, or record its chosen rows, in a worker; what a worker before finished stands."""
    job = GiftImport.objects.select_related("organisation", "programme", "fund").get(id=job_id)
    if job.state not in {JobState.QUEUED, JobState.RUNNING}:
        return
    jobs = GiftImport.objects.filter(id=job_id)
    jobs.update(state=JobState.RUNNING)
    try:
        if job.stage == ImportStage.READ:
            _read(job)
        else:
            _record(job)
    except Refusal as refusal:
        jobs.update(state=JobState.FAILED, problem=problem_of(refusal), finished_at=timezone.now())
        throw_away(job.path)


def _actor_of(job: GiftImport) -> Actor:
    assert job.asked_by_id is not None
    return Actor(job.organisation, job.asked_by_id, person=Person.objects.filter(id=job.asked_by_id).first())


def _read(job: GiftImport) -> None:
    now = timezone.now()
    lines = lines_of(unlocked(job.path, job.file_key))
    place, columns, headings = columns_of(lines)
    reader = Reader(columns, headings, job.kind == ImportKind.STATEMENT, now)
    rows = [reader.read(line) for line in lines[place + 1 :]]
    with_references(rows)
    found = matched_rows(job, rows, owner_id=_actor_of(job).reference_owner, now=now)
    first, last = span_of(rows)
    _keep(job, found, first, last)
    throw_away(job.path)


@action
def _keep(job: GiftImport, found: Sequence[Matched], first: dt.datetime | None, last: dt.datetime | None) -> None:
    ImportRow.objects.filter(job=job).delete()
    ImportRow.objects.bulk_create((_row(job, one) for one in found), batch_size=500)
    GiftImport.objects.filter(id=job.id).update(
        state=JobState.DONE,
        done=len(found),
        total=len(found),
        file_key="",
        from_on=timezone.localdate(first) if first else None,
        to_on=timezone.localdate(last) if last else None,
        finished_at=timezone.now(),
    )


def _row(job: GiftImport, one: Matched) -> ImportRow:
    return ImportRow(
        job=job,
        number=one.said.number,
        said=json.dumps(_as_json(one.said), ensure_ascii=False),
        faults=one.said.faults,
        outcome=one.outcome,
        namesakes=one.namesakes,
        donor=one.donor,
        pledge=one.pledge,
        donation=one.donation,
    )


def _as_json(said: Said) -> dict[str, object]:
    return {
        **{name: getattr(said, name) for name in _TEXTS},
        "amount_minor": said.amount_minor,
        "received_at": said.received_at.isoformat() if said.received_at else None,
        "is_anonymous": said.is_anonymous,
        "has_formula": said.has_formula,
    }


def said_of(row: ImportRow) -> Said:
    """Return what a row says."""
    said = json.loads(row.said)
    received_at = said.pop("received_at")
    moment = dt.datetime.fromisoformat(received_at) if received_at else None
    return Said(row.number, received_at=moment, faults=row.faults, **said)


def _record(job: GiftImport) -> None:
    actor = _actor_of(job)
    programmes = {row.code: row for row in visible_programmes(job.organisation)}
    waiting = ImportRow.objects.filter(job=job, is_chosen=True, outcome=RowOutcome.NEW).order_by("number")
    while chunk := list(waiting.select_related("donor__account", "pledge")[:ROWS_AT_ONCE]):
        _record_together(job, actor, chunk, programmes)
    GiftImport.objects.filter(id=job.id).update(state=JobState.DONE, finished_at=timezone.now())


@action
def _record_together(
    job: GiftImport, actor: Actor, rows: Sequence[ImportRow], programmes: dict[str, Programme]
) -> None:
    """Record rows and note what became of each, in one transaction: a worker that dies leaves no doubt."""
    named = visible_funds(job.organisation).filter(code__in={said_of(row).fund for row in rows})
    funds = {fund.code: fund for fund in named.select_related("purse", "bank_account", "holder")}
    asked = [_asked(job, row, programmes, funds) for row in rows]
    for row, answer in zip(rows, record_gifts_apart(actor=actor, asked=asked, now=timezone.now()), strict=True):
        if isinstance(answer, Refusal):
            row.outcome, row.faults = RowOutcome.WRONG, [{"column": "", **problem_of(answer)}]
        else:
            donation, is_new = answer
            row.outcome, row.donation = RowOutcome.RECORDED if is_new else RowOutcome.KNOWN, donation
            row.donor = donation.donor
    ImportRow.objects.bulk_update(rows, ["outcome", "faults", "donation", "donor"], batch_size=100)
    done = ImportRow.objects.filter(job=job, is_chosen=True).exclude(outcome=RowOutcome.NEW).count()
    GiftImport.objects.filter(id=job.id).update(done=done)


def _asked(job: GiftImport, row: ImportRow, programmes: dict[str, Programme], funds: dict[str, Fund]) -> AskedGift:
    said = said_of(row)
    assert said.received_at is not None
    return AskedGift(
        programme=programmes.get(said.programme, job.programme),
        fund=funds.get(said.fund, job.fund),
        donor=row.donor or NewDonor(said.donor_kind, said.donor),
        amount_minor=said.amount_minor,
        currency=said.currency,
        received_at=said.received_at,
        channel=said.channel,
        reference=said.reference,
        is_anonymous=said.is_anonymous,
        note=said.note,
        pledge=row.pledge,
    )


def missing_at_bank(job: GiftImport) -> list[Donation]:
    """List the gifts in the books of a statement's days that no row of it was matched with."""
    if job.kind != ImportKind.STATEMENT or job.from_on is None or job.to_on is None:
        return []
    zone = timezone.get_default_timezone()
    first = dt.datetime.combine(job.from_on, dt.time.min, zone)
    last = dt.datetime.combine(job.to_on, dt.time.max, zone)
    met = set(ImportRow.objects.filter(job=job).exclude(donation=None).values_list("donation_id", flat=True))
    return [
        gift
        for gift in gifts_between(job, first, last)
        if gift.id not in met and first <= gift.received_at <= last and gift.channel in ("BANK", "OTHER")
    ]
