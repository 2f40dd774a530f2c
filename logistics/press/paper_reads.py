"""Ask for paper jobs and their files."""

import uuid

from django.db.models import QuerySet

from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.press.models import JobState, PaperJob
from logistics.press.paper_jobs import file_of_paper
from logistics.press.reads import FileNotReady


class PaperJobMissing(Missing):
    code = "paper_job_missing"
    zh = "没有找到这项打印任务。"
    en = "There is no such paper job."


def get_paper_job(*, job_id: uuid.UUID, organisation: Organisation) -> PaperJob:
    """Return the paper job with this id. Refuses PaperJobMissing, also for another organisation's."""
    found = find_paper_job(job_id=job_id, organisation=organisation)
    if found is None:
        raise PaperJobMissing
    return found


def find_paper_job(*, job_id: uuid.UUID, organisation: Organisation) -> PaperJob | None:
    """Find the paper job with this id, or None."""
    return PaperJob.objects.filter(id=job_id, organisation__in=organisation_ids_below(organisation)).first()


def recent_paper_jobs(organisation: Organisation) -> "QuerySet[PaperJob]":
    """Return the paper jobs of an organisation and of those below it, newest first."""
    return PaperJob.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")


def paper_file(job: PaperJob) -> tuple[bytes, str]:
    """Return a finished job's file and its name. Refuses FileNotReady."""
    if job.state != JobState.DONE:
        raise FileNotReady(state=job.state)
    path = file_of_paper(job)
    return path.read_bytes(), f"{job.kind.lower().replace('_', '-')}-{job.asked_at:%Y%m%d-%H%M}{path.suffix}"
