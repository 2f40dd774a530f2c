"""Opening a page or reading a door changes no row, for whoever may, but in the tables named here with a reason."""

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from logistics.households.models import Household
from logistics.journal.log import SignedCheckpoint
from logistics.press.bundles.jobs import make_queued_bundle
from logistics.press.label_batches import draw_batch
from logistics.press.models import PaperJob
from logistics.press.paper_jobs import draw_paper_job
from tests.api.conftest import Clerk, Partner, partner_of
from tests.api.home_rows import device_of
from tests.api.test_access import Node, Operation, document, operations
from tests.cast import World
from tests.web.picture_rows import BILL_PHOTO
from tests.web.test_access_of_pages import Page, pages, things_on_pages, visitors

__all__ = ["document"]
_WRITE = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO|COPY|TRUNCATE)\s+"?(\w+)"?', re.I)
# What every answer may note, whoever asks for what.
ANYWHERE = {
    "audits_look": "an auditor looked: what their mandate is checked by",
    "api_key": "when a key was used last",
    "parties_device": "when a device was heard of last",
    "django_session": "a refusal's words travel to the page that is shown instead",
}
# What only these addresses note: that somebody saw what is kept from sight, and why.
LOOKS = {
    "returned-sheets/<uuid:paper_id>/boxes/<uuid:row_id>.jpg": {"press_boxview"},
    "replies/<uuid:reply_id>/picture.jpg": {"households_proofview", "journal_committedtext"},
    "/reply-cards/{reply_id}/picture.jpg": {"households_proofview", "journal_committedtext"},
    "/households/{household_id}/photos/{photo_id}": {"households_view", "journal_committedtext"},
}
# Opened by none of the cast: a bank's file needs a batch that another approved, refunds a grant that went out, a paper
# one that was issued; a sandbox is its own keys' alone, and figures are for who has their token.
NEVER_READ = {
    "/donations/{donation_id}/acknowledgement.pdf",
    "/metrics",
    "/payment-batches/{batch_id}/bank-file",
    "/refunds/{proposal_id}",
    "/sandbox",
}


@contextmanager
def tables_written() -> Iterator[set[str]]:
    """Watch every statement, and name the tables that were written."""
    written: set[str] = set()

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = _WRITE.match(sql)
        if found:
            written.add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield written


def read_whole(answer: HttpResponse) -> int:
    """Read an answer to its end, since a file is asked for while it is sent; returns its status."""
    if answer.streaming:
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # -- an answer that streams
    return int(answer.status_code)


@pytest.fixture
def things(world: World) -> dict[str, str]:
    """What the county has, its files made."""
    found = things_on_pages(world)
    draw_batch(uuid.UUID(found["labels.batch_id"]))
    for job_id in PaperJob.objects.values_list("id", flat=True):
        draw_paper_job(job_id)
    make_queued_bundle(uuid.UUID(found["bundles.job_id"]))
    return found


def _unexpected(route: str, written: set[str]) -> set[str]:
    return written - ANYWHERE.keys() - LOOKS.get(route, set())


def _opened(page: Page, client: Any) -> set[str]:
    before = transaction.savepoint()
    try:
        with tables_written() as written:
            read_whole(client.get(page.address))
    finally:
        transaction.savepoint_rollback(before)
    return _unexpected(page.route, written)


def test_no_page_writes_when_it_is_opened(world: World, things: dict[str, str]) -> None:
    found = {
        (page.route, caller, *written)
        for caller, client in visitors(world).items()
        for page in pages(things)
        if (written := _opened(page, client))
    }
    assert found == set()


def _readers(world: World) -> dict[str, Partner]:
    own = partner_of(world.county, now=timezone.now())
    people = [world.officer, world.keeper, world.courier, world.auditor, world.approver, world.administrator]
    return {"key": own, "device": device_of(world)[0], **{one.username: Clerk(one) for one in people}}


def _reads(document: Node, things: Mapping[str, str]) -> Iterator[Operation]:
    own = {
        "donations.donation_id": things[f"{BILL_PHOTO} donation_id"],
        "reply-cards.reply_id": things["replies/<uuid:reply_id>/picture.jpg reply_id"],
        "checkpoints.size": str(SignedCheckpoint.objects.latest("size").size),
        "label-batches.number": "0",
    }
    for one in operations(document, {**things, **own}):
        if one.method == "GET":
            yield one
            if "household" in one.path:
                yield replace(one, address=f"{one.address}?reason=示例事由")


def test_no_door_writes_when_it_is_read(world: World, things: dict[str, str], document: Node) -> None:
    readers, found, said = _readers(world), set(), dict[str, set[int]]()
    for one in _reads(document, things):
        for name, reader in readers.items():
            with tables_written() as written:
                said.setdefault(one.path, set()).add(read_whole(reader.get(one.address)))
            found |= {(one.path, name, table) for table in _unexpected(one.path, written)}
    assert found == set()
    assert {path for path, statuses in said.items() if min(statuses) >= 300} == NEVER_READ


def test_a_statement_that_writes_is_seen(world: World) -> None:
    with tables_written() as written:
        Household.objects.filter(id=world.family.id).update(township="示例乡")
        Household.objects.get(id=world.family.id)
    assert written == {"households_household"}
