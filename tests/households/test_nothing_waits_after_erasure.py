"""Of who was erased nothing waits for anybody: no visit to make, no reply or letter to screen, no garment to knit."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings

from logistics.households.erasure import erase_person
from logistics.households.models import Household, Member
from logistics.households.standing import PersonErased
from logistics.lists.drafts import waiting_on
from logistics.lists.reads import steps_of
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.replies.card_reads import replies_waiting
from logistics.replies.cards import record_reply
from logistics.replies.subjects import subject_behind
from logistics.replies.visit_reads import visits_late, visits_to_make
from logistics.replies.visits import ask_for_visit
from logistics.sponsorships.actions import end_sponsorship
from logistics.sponsorships.reads import letters_waiting
from logistics.stock.actions import register_item
from logistics.storage.rows import new_id
from logistics.volunteering.access import visible_orders
from logistics.volunteering.knitted import report_measures
from tests.cast import World
from tests.lists.conftest import make_listing
from tests.looking import nothing_written
from tests.replies.stage import card_of, consent_of, reply_of
from tests.sponsorships.test_sponsorships import _begun, _letter

LATER = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)


def _erase(world: World, family: Household, member: Member | None = None) -> None:
    erase_person(actor=world.as_actor(world.officer), household=family, member=member, cause="ASKED", now=LATER)


def test_nobody_is_sent_to_a_family_that_was_erased(world: World) -> None:
    reply = reply_of(world)
    assert reply.parcel is not None
    card = card_of(world, reply.parcel)
    ask_for_visit(
        actor=world.as_actor(world.officer),
        subject=subject_behind(card.text, within=world.county),
        why="邻居反映没有收到",
        due_on=world.now.date(),
        now=world.now,
        token=new_id(),
    )
    assert (visits_to_make(world.county).count(), replies_waiting(world.county).count()) == (1, 1)
    _erase(world, world.family)
    assert not visits_to_make(world.county).exists()
    assert not visits_late(world.county, LATER.date()).exists()
    assert not replies_waiting(world.county).exists()


def test_nothing_of_a_child_who_was_erased_waits_to_be_written_read_or_knitted(world: World) -> None:
    consent_of(world, "SPONSOR", "LETTER")
    officer, sponsorship = world.as_actor(world.officer), _begun(world)
    _letter(world, sponsorship, "我会努力")
    end_sponsorship(
        actor=officer, sponsorship=sponsorship, reason="GREW_OUT", thanks="谢谢", on=world.now.date(), now=world.now
    )
    vest = register_item(code="knit-vest", name_zh="背心")
    report_measures(actor=officer, member=world.girl, garment=vest, measures={"chest": 620}, now=world.now)
    assert (letters_waiting(world.county).count(), visible_orders(world.county).count()) == (1, 1)
    _erase(world, world.family, world.girl)
    assert not letters_waiting(world.county).exists()
    assert not visible_orders(world.county).exists()


def test_a_child_who_was_erased_thanks_no_more(world: World) -> None:
    world.give_money(2_000, fund=world.girls_fund)
    world.buy((world.gloves, 1, 2_000), fund=world.girls_fund)
    (parcel,) = plan_parcels(
        actor=world.partner,
        programme=world.spring,
        warehouse=world.warehouse,
        lines=[(world.gloves, 1)],
        fund=world.girls_fund,
        recipients=[Recipient(world.family, world.girl)],
        now=world.now,
    )
    code = card_of(world, world.walk(parcel))
    _erase(world, world.family, world.girl)
    with nothing_written(), pytest.raises(PersonErased):
        record_reply(
            actor=world.as_actor(world.courier),
            subject=subject_behind(code.text, within=world.county),
            text="谢谢",
            now=world.now,
            token=new_id(),
        )


@pytest.mark.parametrize("way", ["FILED", "ACCEPTED", "ON_NOTICE"])
def test_an_application_of_a_family_that_was_erased_is_withdrawn(world: World, way: str) -> None:
    listing = make_listing(world)
    listing.rules()
    row = listing.file(world.family) if way == "FILED" else listing.accepted(world.family)[0]
    listing.accepted(listing.family())
    notice = listing.notice() if way == "ON_NOTICE" else None
    _erase(world, world.family)
    row.refresh_from_db()
    assert (row.state, steps_of(row)[-1].kind, steps_of(row)[-1].author_id) == ("WITHDRAWN", "WITHDRAWN", None)
    if notice is not None:
        assert [each.household_id == world.family.id for each in waiting_on(notice)] == [False]
