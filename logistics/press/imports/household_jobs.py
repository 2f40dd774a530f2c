"""Hand in a list of households, choose its families, and let workers read and record them.

Chosen families are recorded all or none: each is judged once more before the first is written. What a worker before
has written stands, in chunks, so that one who dies is followed by one who goes on.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence

from django.db.models import Count, QuerySet
from django.utils import timezone

from logistics.households.actions import record_households
from logistics.kernel.refusals import Conflicting, Missing, Refusal, Unacceptable
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Person
from logistics.press.duplicate_searches import ask_to_search
from logistics.press.household_import_models import HouseholdImport, HouseholdImportRow, PersonOutcome
from logistics.press.import_models import ImportStage
from logistics.press.imports.families import Family, Place, families_of, household_input, mark_known
from logistics.press.imports.hardship_words import HardshipWords
from logistics.press.imports.headings import columns_of
from logistics.press.imports.household_rows import PersonReader, PersonSaid, person_said
from logistics.press.imports.jobs import ImportNotReady
from logistics.press.imports.reading import lines_of
from logistics.press.imports.reads import ImportMissing
from logistics.press.imports.tables import HOUSEHOLD_BOUNDS, TableUnreadable, too_large
from logistics.press.models import JobState, problem_of
from logistics.storage.locked_files import lock_away, throw_away, unlocked
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

FAMILIES_AT_ONCE = 200
ROWS_WRITTEN_AT_ONCE = 500
NEEDED = ("name", "relation")


class HouseholdHeadingMissing(Unacceptable):
    code = "household_heading_missing"
    zh = "没有找到表头：至少要有“姓名”“与户主关系”两列。"
    en = "There is no heading: at least the columns name and relation are needed."


class NoFamilyChosen(Unacceptable):
    code = "no_family_chosen"
    zh = "没有可登记的家庭：请至少选一个没有错误、尚未登记的家庭。"
    en = "Nothing can be recorded: choose at least one household without faults that is not on record."


class FamiliesChanged(Conflicting):
    code = "families_changed"
    zh = "所选家庭中有 {count} 户在此期间已经登记，全部未登记：请重新查看。"
    en = "{count} of the chosen households came on record meanwhile, and none was recorded: look again."


class FamilyUnknown(Missing):
    code = "import_family_missing"
    zh = "名单里没有第 {family} 户。"
    en = "The list has no household number {family}."


@action
def ask_to_import_households(
    *,
    actor: Actor,
    data: bytes,
    name: str = "",
    place: Place,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> HouseholdImport:
    """Queue a list of households to be read. Nothing is recorded. The same token queues it once.

    Refuses TableTooLarge, TableUnreadable.
    """
    from logistics.press.tasks import work_on_household_import

    if not 0 < len(data) <= HOUSEHOLD_BOUNDS.size_bytes:
        raise too_large(HOUSEHOLD_BOUNDS) if data else TableUnreadable(pointer="/file")
    job_id = derived_id(token, 0) if token else new_id()
    queued = HouseholdImport.objects.filter(id=job_id, organisation=actor.organisation).first()
    if queued is not None:
        return queued
    path = f"imports/{new_id().hex}"
    job = HouseholdImport.objects.create(
        id=job_id,
        organisation=actor.organisation,
        township=place.township,
        division_code=place.division_code,
        name=name[:120],
        total=0,
        path=path,
        file_key=lock_away(data, path),
        file_sha256=hashlib.sha256(data).hexdigest(),
        asked_at=now,
        asked_by_id=actor.holder_id,
    )
    work_on_household_import.enqueue(str(job.id))
    return job


@action
def ask_to_record_households(
    *, actor: Actor, job: HouseholdImport, families: Sequence[int] | None, now: dt.datetime
) -> HouseholdImport:
    """Queue families of a list to be recorded: all new ones, or those with these numbers, which may be TWIN too.

    Refuses ImportNotReady, NoFamilyChosen, FamilyUnknown.
    """
    from logistics.press.tasks import work_on_household_import

    locked = HouseholdImport.objects.select_for_update(of=("self",)).get(id=job.id)
    if locked.state != JobState.DONE:
        raise ImportNotReady
    rows = HouseholdImportRow.objects.filter(job=locked)
    rows.update(is_chosen=False)
    if families is None:
        chosen = rows.filter(outcome=PersonOutcome.NEW)
    else:
        known = set(rows.filter(family__in=families).values_list("family", flat=True))
        if absent := sorted(set(families) - known):
            raise FamilyUnknown(family=absent[0], pointer="/families")
        chosen = rows.filter(family__in=families, outcome__in=[PersonOutcome.NEW, PersonOutcome.TWIN])
    count = chosen.order_by().values("family").distinct().count()
    if not count:
        raise NoFamilyChosen(pointer="/families")
    chosen.update(is_chosen=True)
    locked.stage, locked.state, locked.done, locked.total = ImportStage.RECORD, JobState.QUEUED, 0, count
    locked.asked_at, locked.asked_by_id, locked.tries, locked.problem = now, actor.holder_id, 0, None
    locked.save(update_fields=["stage", "state", "done", "total", "asked_at", "asked_by_id", "tries", "problem"])
    work_on_household_import.enqueue(str(locked.id))
    return locked


def work_on_queued_households(job_id: uuid.UUID) -> None:
    """Read a list, or record its chosen families, in a worker; what a worker before finished stands."""
    job = HouseholdImport.objects.select_related("organisation").get(id=job_id)
    if job.state not in {JobState.QUEUED, JobState.RUNNING}:
        return
    jobs = HouseholdImport.objects.filter(id=job_id)
    jobs.update(state=JobState.RUNNING)
    try:
        if job.stage == ImportStage.READ:
            _read(job)
        else:
            _record(job)
    except Refusal as refusal:
        # A list that was read stays to be chosen from again; one that cannot be read is done with.
        is_read = job.stage == ImportStage.RECORD
        state = JobState.DONE if is_read else JobState.FAILED
        jobs.update(state=state, problem=problem_of(refusal), finished_at=timezone.now())
        throw_away(job.path)


def visible_household_imports(organisation: Organisation) -> "QuerySet[HouseholdImport]":
    """Return the lists that an organisation and those below it handed in, newest first."""
    rows = HouseholdImport.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")
    return rows.select_related("organisation")


def get_household_import(*, job_id: uuid.UUID, organisation: Organisation) -> HouseholdImport:
    """Return the import with this id. Refuses ImportMissing, also for another organisation's."""
    found = visible_household_imports(organisation).filter(id=job_id).first()
    if found is None:
        raise ImportMissing
    return found


def rows_of_household_import(job: HouseholdImport, outcome: str = "") -> "QuerySet[HouseholdImportRow]":
    """Return the rows of a list, family by family, all of them or those of one outcome."""
    rows = HouseholdImportRow.objects.filter(job=job).select_related("household").order_by("family", "number")
    return rows.filter(outcome=outcome) if outcome else rows


def counts_of_household_import(job: HouseholdImport) -> dict[str, int]:
    """Count the families of a list by what they are."""
    rows = HouseholdImportRow.objects.filter(job=job).order_by().values_list("outcome")
    return dict(rows.annotate(count=Count("family", distinct=True)))


def said_of_row(row: HouseholdImportRow) -> PersonSaid:
    """Return what a row says."""
    return person_said(row.number, json.loads(row.said), row.faults)


def _read(job: HouseholdImport) -> None:
    today = timezone.localdate()
    lines = lines_of(unlocked(job.path, job.file_key), HOUSEHOLD_BOUNDS)
    place, columns, headings = columns_of(lines, "household_headings", NEEDED, HouseholdHeadingMissing)
    reader = PersonReader(columns, headings, today, HardshipWords())
    rows = [reader.read(line) for line in lines[place + 1 :]]
    families = families_of(rows, Place(job.township, job.division_code), today)
    mark_known(families, job.organisation)
    _keep(job, families)
    throw_away(job.path)


@action
def _keep(job: HouseholdImport, families: Sequence[Family]) -> None:
    HouseholdImportRow.objects.filter(job=job).delete()
    rows = (
        HouseholdImportRow(
            job=job,
            number=said.number,
            family=family.number,
            said=json.dumps(said.as_json(), ensure_ascii=False),
            faults=said.faults,
            outcome=family.outcome,
            household_id=family.household_id,
        )
        for family in families
        for said in family.rows
    )
    HouseholdImportRow.objects.bulk_create(rows, batch_size=ROWS_WRITTEN_AT_ONCE)
    HouseholdImport.objects.filter(id=job.id).update(
        state=JobState.DONE, done=len(families), total=len(families), file_key="", finished_at=timezone.now()
    )


def _record(job: HouseholdImport) -> None:
    _require_unchanged(job)
    while numbers := _next_families(job):
        _record_together(job, numbers)
    HouseholdImport.objects.filter(id=job.id).update(state=JobState.DONE, finished_at=timezone.now())
    ask_to_search(organisation=job.organisation, asked_by_id=job.asked_by_id, now=timezone.now())


def _require_unchanged(job: HouseholdImport) -> None:
    """Judge all chosen families once more before the first is written. Refuses FamiliesChanged; then none is."""
    is_begun = HouseholdImportRow.objects.filter(job=job, is_chosen=True, outcome=PersonOutcome.RECORDED).exists()
    if is_begun:
        return
    families = _families(_waiting(job).order_by("family", "number"))
    mark_known(families, job.organisation)
    known = {family.number: family.household_id for family in families if family.outcome == PersonOutcome.KNOWN}
    if not known:
        return
    _note_known(job, {number: key for number, key in known.items() if key})
    raise FamiliesChanged(count=len(known))


@action
def _note_known(job: HouseholdImport, known: dict[int, uuid.UUID]) -> None:
    rows = list(HouseholdImportRow.objects.filter(job=job, family__in=list(known)))
    for row in rows:
        row.outcome, row.household_id = PersonOutcome.KNOWN, known[row.family]
    HouseholdImportRow.objects.bulk_update(rows, ["outcome", "household"], batch_size=ROWS_WRITTEN_AT_ONCE)


def _waiting(job: HouseholdImport) -> "QuerySet[HouseholdImportRow]":
    rows = HouseholdImportRow.objects.filter(job=job, is_chosen=True)
    return rows.filter(outcome__in=[PersonOutcome.NEW, PersonOutcome.TWIN])


def _next_families(job: HouseholdImport) -> list[int]:
    numbers = _waiting(job).order_by("family").values_list("family", flat=True).distinct()
    return list(numbers[:FAMILIES_AT_ONCE])


@action
def _record_together(job: HouseholdImport, numbers: Sequence[int]) -> None:
    """Record families and note what became of each, in one transaction: a worker that dies leaves no doubt."""
    now = timezone.now()
    rows = list(_waiting(job).filter(family__in=list(numbers)).order_by("family", "number"))
    families = _families(rows)
    place, of_persons = Place(job.township, job.division_code), HardshipWords().of_persons
    made = record_households(
        organisation=job.organisation,
        families=[household_input(family.rows, place, of_persons) for family in families],
        now=now,
        cause=_actor_of(job).cause(now),
    )
    households = {family.number: row for family, row in zip(families, made, strict=True)}
    for row in rows:
        row.outcome, row.household = PersonOutcome.RECORDED, households[row.family]
    HouseholdImportRow.objects.bulk_update(rows, ["outcome", "household"], batch_size=100)
    done = HouseholdImportRow.objects.filter(job=job, is_chosen=True, outcome=PersonOutcome.RECORDED)
    count = done.order_by().values("family").distinct().count()
    HouseholdImport.objects.filter(id=job.id).update(done=count)


def _families(rows: Iterable[HouseholdImportRow]) -> list[Family]:
    found: dict[int, Family] = {}
    for row in rows:
        family = found.setdefault(row.family, Family(row.family, []))
        family.rows.append(said_of_row(row))
    return list(found.values())


def _actor_of(job: HouseholdImport) -> Actor:
    assert job.asked_by_id is not None
    return Actor(job.organisation, job.asked_by_id, person=Person.objects.filter(id=job.asked_by_id).first())
