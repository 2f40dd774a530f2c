"""Run queued jobs, and take up what a worker that died left behind."""

import gc
import logging
import threading
import time
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django_tasks_db.management.commands import db_worker

from api.idempotency import forget_old_answers
from labels.sheets import find_sheet
from labels.specimen import specimen_labels
from logistics.deliveries.met_needs import settle_needs
from logistics.kernel.codes import code_uri
from logistics.needs.catalogue import CatalogueWrong
from logistics.needs.holders import escalate_due_needs
from logistics.press.resuming import requeue_lost_jobs
from logistics.replies.grievances import escalate_overdue
from logistics.volunteering.wishes import expire_claims

LOOK_SECONDS = 1.0
# Needs and grievances go up after days: a look a minute is soon enough.
ESCALATE_SECONDS = 60.0
logger = logging.getLogger(__name__)


class Command(db_worker.Command):
    """`work` takes the options of `db_worker`; any number of workers on any number of machines share the queue."""

    help = (
        "Run queued jobs. A job whose worker was killed is queued again by any other one; answers to repeated requests"
        " are forgotten when their hours are over, needs and grievances go up when their holders' days are, and a need"
        " is met when what was promised for it has arrived."
    )

    def handle(self, **options: Any) -> None:
        """Look for lost jobs beside the work, until the work ends."""
        _load_drawing()
        # What is loaded stays: the collector need not look through all of it while a first sheet is waited for.
        gc.freeze()
        is_over = threading.Event()
        looking = threading.Thread(target=_look, args=[is_over], daemon=True)
        looking.start()
        try:
            super().handle(**options)
        finally:
            is_over.set()
            looking.join(timeout=LOOK_SECONDS)


def _look(is_over: threading.Event) -> None:
    escalated = -ESCALATE_SECONDS
    while True:
        close_old_connections()
        try:
            if lost := requeue_lost_jobs(now=timezone.now()):
                logger.warning("%s jobs of a worker that died are queued again", lost)
            forget_old_answers(now=timezone.now())
            if time.monotonic() - escalated >= ESCALATE_SECONDS:
                escalated = time.monotonic()
                _escalate()
        except DatabaseError as error:
            # The database is busy or away for a moment: the next look finds the same.
            logger.info("lost jobs were not looked for: %s", error)
        if is_over.wait(LOOK_SECONDS):
            connection.close()
            return


def _escalate() -> None:
    if late := escalate_overdue(now=timezone.now()):
        logger.info("%s grievances went up: nobody answered in time", late)
    if settled := settle_needs(now=timezone.now()):
        logger.info("%s needs were settled by what came to the family, or left it", settled)
    if ended := expire_claims(now=timezone.now()):
        logger.info("%s wishes are free again: their volunteers' days are over", ended)
    try:
        if moved := escalate_due_needs(now=timezone.now()):
            logger.info("%s needs went up: their holders' days are over", moved)
    except CatalogueWrong as error:
        # Jobs go on; whoever opens the needs is told the same.
        logger.warning("no need goes up by itself: %s", error)


def _load_drawing() -> None:
    """Load what draws before the first job asks for it. A machine without Pango does all other work."""
    try:
        from labels.qr_table import qr_table
        from labels.sheet import render_sheets
    except OSError:
        logger.info("Pango is not installed: paper is not drawn on this machine")
        return
    # The font too is loaded with the first sheet, and the table of QRs holds for all codes of this house.
    render_sheets(specimen_labels(1), find_sheet("THERMAL_60X40"))
    qr_table(code_uri("", settings.CODE_HOST))
