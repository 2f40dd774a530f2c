"""Bundles as jobs: queued in the transaction that asks for one, made by a worker, kept as a file."""

import datetime as dt
import uuid
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from logistics.audits.access import days_within, require_day
from logistics.journal.sealing import seal_leaves
from logistics.kernel.refusals import Conflicting, Missing, Refusal
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.press.bundles.bundle import Asked
from logistics.press.bundles.making import files_count, write_bundle
from logistics.press.models import BundleJob, JobState, problem_of
from logistics.press.reads import FileNotReady
from logistics.press.tasks import make_bundle
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

# Each is as large as the log: a second one at the same time helps nobody.
BUNDLES_WAITING_MAX = 3


class BundleMissing(Missing):
    code = "bundle_missing"
    zh = "没有找到这个审计包。"
    en = "There is no such bundle."


class BundlesWaiting(Conflicting):
    code = "bundles_waiting"
    zh = "已有 {most} 个审计包在制作中，请等其完成。"
    en = "There are {most} bundles being made already; wait for them."


@action
def ask_for_bundle(*, actor: Actor, asked: Asked, now: dt.datetime, token: uuid.UUID | None = None) -> BundleJob:
    """Queue a bundle. The same token queues it once.

    Refuses BundlePeriodWrong, SampleOutOfBounds, OldCheckpointUnknown, BundlesWaiting, OutsideMandate.
    """
    wanted = asked.checked()
    days_within(actor, wanted.from_on, wanted.to_on)
    job_id = derived_id(token, 0) if token else new_id()
    queued = BundleJob.objects.filter(id=job_id, organisation=asked.organisation).first()
    if queued is not None:
        return queued
    open_states = (JobState.QUEUED, JobState.RUNNING)
    if BundleJob.objects.filter(organisation=wanted.organisation, state__in=open_states).count() >= BUNDLES_WAITING_MAX:
        raise BundlesWaiting(most=BUNDLES_WAITING_MAX)
    job = BundleJob.objects.create(
        id=job_id,
        organisation=wanted.organisation,
        asked=_kept(wanted),
        total=files_count(wanted),
        asked_at=now,
        asked_by_id=actor.holder_id,
    )
    make_bundle.enqueue(str(job.id))
    return job


def make_queued_bundle(job_id: uuid.UUID) -> None:
    """Make a queued bundle. A refusal is kept on the job; nothing half made is left."""
    job = BundleJob.objects.select_related("organisation").get(id=job_id)
    if job.state not in {JobState.QUEUED, JobState.RUNNING}:
        return
    rows = BundleJob.objects.filter(id=job_id)
    rows.update(state=JobState.RUNNING, done=0)

    def tell(done: int, total: int) -> None:
        rows.update(done=done, total=total)

    folder = Path(settings.MEDIA_ROOT) / "bundles"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        # What was posted before somebody asked is in it.
        while seal_leaves(now=timezone.now()):
            pass
        sha256 = write_bundle(_asked(job), folder / f"{job_id}.zip", tell)
    except Refusal as refusal:
        rows.update(state=JobState.FAILED, problem=problem_of(refusal), finished_at=timezone.now())
        return
    path = f"bundles/{job_id}.zip"
    rows.update(state=JobState.DONE, path=path, sha256=sha256, finished_at=timezone.now())


def get_bundle_job(*, job_id: uuid.UUID, organisation: Organisation) -> BundleJob:
    """Return the bundle with this id. Refuses BundleMissing, also for another organisation's."""
    found = find_bundle_job(job_id=job_id, organisation=organisation)
    if found is None:
        raise BundleMissing
    return found


def find_bundle_job(*, job_id: uuid.UUID, organisation: Organisation) -> BundleJob | None:
    """Find the bundle with this id, or None."""
    return recent_bundle_jobs(organisation).filter(id=job_id).first()


def recent_bundle_jobs(organisation: Organisation) -> "QuerySet[BundleJob]":
    """Return the bundles of an organisation and of those below it, newest first."""
    return BundleJob.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")


def require_bundle_within(actor: Actor, job: BundleJob) -> BundleJob:
    """Return the bundle. Refuses OutsideMandate where it covers days that an auditor may not see."""
    for name in ("from", "to"):
        require_day(actor, dt.date.fromisoformat(job.asked[name]))
    return job


def bundle_file(job: BundleJob) -> Path:
    """Return where a finished bundle lies. Refuses FileNotReady."""
    if job.state != JobState.DONE:
        raise FileNotReady(state=job.state)
    return Path(settings.MEDIA_ROOT) / job.path


def _kept(asked: Asked) -> dict[str, str | int | None]:
    return {
        "from": asked.from_on.isoformat(),
        "to": asked.to_on.isoformat(),
        "as_of": asked.as_of.isoformat() if asked.as_of else None,
        "known_at": asked.known_at.isoformat() if asked.known_at else None,
        "seed": asked.seed,
        "sample_size": asked.sample_size,
        "old_checkpoint": asked.old_checkpoint,
    }


def _asked(job: BundleJob) -> Asked:
    kept = job.asked
    return Asked(
        organisation=job.organisation,
        from_on=dt.date.fromisoformat(kept["from"]),
        to_on=dt.date.fromisoformat(kept["to"]),
        as_of=dt.date.fromisoformat(kept["as_of"]) if kept["as_of"] else None,
        known_at=parse_datetime(kept["known_at"]) if kept["known_at"] else None,
        seed=kept["seed"],
        sample_size=kept["sample_size"],
        old_checkpoint=kept["old_checkpoint"],
    )
