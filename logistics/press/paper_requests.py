"""Ask for paper: the job is queued in the transaction that asks for it."""

import datetime as dt
import uuid

from logistics.kernel.refusals import Unacceptable
from logistics.parties.actors import Actor
from logistics.press.models import PaperJob
from logistics.press.paper_jobs import KINDS
from logistics.press.papers.kinds import PaperKindUnknown, PaperRequest
from logistics.press.tasks import draw_paper
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action


class PaperRequestIncomplete(Unacceptable):
    code = "paper_request_incomplete"
    zh = "这种单据需要：{needs}；可以另写：{takes}。"
    en = "This paper needs {needs}, and may take {takes}."


@action
def ask_for_paper(
    *, actor: Actor, kind: str, request: PaperRequest, now: dt.datetime, token: uuid.UUID | None = None
) -> PaperJob:
    """Queue a paper. The same token queues it once.

    Refuses PaperKindUnknown, PaperRequestIncomplete, PaperEmpty, PaperTooLong, and what the kind itself refuses.
    """
    chosen = KINDS.get(kind)
    if chosen is None:
        raise PaperKindUnknown(paper=kind[:40], pointer="/paper")
    said = {name: value for name, value in request.items() if value not in (None, "", [])}
    if not set(chosen.needs) <= said.keys() <= {*chosen.needs, *chosen.takes}:
        raise PaperRequestIncomplete(needs=list(chosen.needs), takes=list(chosen.takes))
    job_id = derived_id(token, 0) if token else new_id()
    queued = PaperJob.objects.filter(id=job_id, organisation=actor.organisation).first()
    if queued is not None:
        return queued
    job = PaperJob.objects.create(
        id=job_id,
        organisation=actor.organisation,
        kind=kind,
        request=said,
        total=chosen.count(actor.organisation, said),
        asked_at=now,
        asked_by_id=actor.holder_id,
    )
    draw_paper.enqueue(str(job.id))
    return job
