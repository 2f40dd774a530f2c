"""Acknowledgements: numbered without a gap, never changed, void and reissued papers both kept."""

import datetime as dt
import hashlib
import hmac

import pytest
from django.db import DatabaseError, connection, transaction

from logistics.donations.acknowledgements import (
    AcknowledgementVoided,
    GiftReturned,
    VoidReasonMissing,
    issue_acknowledgement,
    issue_acknowledgements,
    number_text,
    reissue_acknowledgement,
    void_acknowledgement,
)
from logistics.donations.goods import LineInput, record_goods_donation
from logistics.donations.models import Donation
from logistics.donations.paper_models import Acknowledgement, AcknowledgementName, AcknowledgementVoid, Numbering
from logistics.donations.paper_reads import AcknowledgementMissing, get_paper, papers_of
from logistics.donations.reads import gifts_of_year
from logistics.journal.log import Leaf
from logistics.outbox.models import Event
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import nothing_written
from tests.money import refunded, reversed_entry
from tests.papers import give_goods

REASON = "姓名写错"


def _issue(world: World, gift: Donation | None = None, at: dt.datetime | None = None) -> Acknowledgement:
    return issue_acknowledgement(actor=world.partner, donation=gift or world.give_money(), now=at or world.now)[0]


def test_numbers_run_without_a_gap_and_each_year_begins_again(world: World) -> None:
    papers = [_issue(world) for _ in range(3)]
    # In China it is already New Year.
    next_year = _issue(world, at=dt.datetime(2026, 12, 31, 17, 0, tzinfo=dt.UTC))
    assert [number_text(paper) for paper in papers] == [f"示例县-2026-00000{number}" for number in (1, 2, 3)]
    assert number_text(next_year) == "示例县-2027-000001"


def test_each_organisation_has_numbers_of_its_own(world: World) -> None:
    _issue(world)
    assert Numbering.objects.get().organisation == world.county


def test_a_gift_has_one_paper_that_counts(world: World) -> None:
    gift = world.give_money()
    first, is_new = issue_acknowledgement(actor=world.partner, donation=gift, now=world.now)
    with nothing_written():
        again, is_new_again = issue_acknowledgement(actor=world.partner, donation=gift, now=world.now)
    assert (is_new, is_new_again, again.id) == (True, False, first.id)


def test_many_are_numbered_in_the_order_given_and_one_gift_once(world: World) -> None:
    gifts = [world.give_money() for _ in range(3)]
    _issue(world, gifts[1])
    rows = issue_acknowledgements(
        actor=world.partner, donations=[gifts[2], gifts[1], gifts[0], gifts[2]], now=world.now
    )
    assert [(row.number, is_new) for row, is_new in rows] == [(2, True), (1, False), (3, True), (2, True)]
    assert issue_acknowledgements(actor=world.partner, donations=[], now=world.now) == []


def test_a_void_paper_stays_and_the_next_has_another_number(world: World) -> None:
    gift = world.give_money()
    first = _issue(world, gift)
    second = reissue_acknowledgement(actor=world.partner, acknowledgement=first, reason=f" {REASON} ", now=world.now)
    assert [(paper.number, paper.state, paper.reason, paper.replaced_by) for paper in papers_of(gift)] == [
        ("示例县-2026-000001", "REISSUED", REASON, "示例县-2026-000002"),
        ("示例县-2026-000002", "VALID", "", None),
    ]
    void_acknowledgement(actor=world.partner, acknowledgement=second, reason=REASON, now=world.now)
    assert get_paper(donation=gift).state == "VOID"
    third = _issue(world, gift)
    assert (third.number, third.revision) == (3, 3)
    assert [paper.state for paper in papers_of(gift)] == ["REISSUED", "REISSUED", "VALID"]
    assert get_paper(donation=gift, number=2).row == second


def test_a_void_paper_cannot_be_voided_again(world: World) -> None:
    paper = _issue(world)
    void_acknowledgement(actor=world.partner, acknowledgement=paper, reason=REASON, now=world.now)
    for step in (void_acknowledgement, reissue_acknowledgement):
        with nothing_written(), pytest.raises(AcknowledgementVoided):
            step(actor=world.partner, acknowledgement=paper, reason=REASON, now=world.now)


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_a_reason_is_needed(world: World, reason: str) -> None:
    paper = _issue(world)
    for step in (void_acknowledgement, reissue_acknowledgement):
        with nothing_written(), pytest.raises(VoidReasonMissing):
            step(actor=world.partner, acknowledgement=paper, reason=reason, now=world.now)


def test_the_paper_keeps_what_it_said(world: World) -> None:
    gift = give_goods(world)
    paper = _issue(world, gift)
    type(world.gloves).objects.filter(id=world.gloves.id).update(name_zh="改名的手套")
    type(world.donor).objects.filter(id=world.donor.id).update(name="改名的捐赠人")
    content = get_paper(donation=gift).row.content
    assert content["amount"] == 10_050
    assert [(line["item"]["zh"], line["line_total"], line["basis"]) for line in content["lines"]] == [
        ("手套", 10_050, "INVOICE"),
        ("毛毯", None, "NONE"),
    ]
    assert get_paper(donation=gift).row.name_row.name == "示例捐赠人"
    assert "捐赠人" not in str(content)
    second = reissue_acknowledgement(actor=world.partner, acknowledgement=paper, reason=REASON, now=world.now)
    assert Acknowledgement.objects.get(id=second.id).content["lines"][0]["item"]["zh"] == "改名的手套"


def test_goods_without_any_value_have_no_amount(world: World) -> None:
    gift = record_goods_donation(
        actor=world.partner,
        programme=world.warm,
        fund=world.warm_fund,
        donor=world.donor,
        warehouse=world.warehouse,
        received_at=world.now,
        reference="no-value",
        lines=[LineInput(world.vest, 2, "NONE")],
        now=world.now,
    )[0]
    assert _issue(world, gift).content["amount"] is None


def test_an_anonymous_donor_is_not_on_the_paper(world: World) -> None:
    gift = give_goods(world, is_anonymous=True)
    _issue(world, gift)
    row = get_paper(donation=gift).row
    assert (row.name_row.name, row.content["is_anonymous"]) == ("", True)


def test_the_name_is_encrypted_committed_to_and_may_be_erased(world: World) -> None:
    paper = _issue(world)
    row = AcknowledgementName.objects.get(acknowledgement=paper)
    assert hmac.new(bytes.fromhex(row.salt), row.name.encode(), hashlib.sha256).hexdigest() == paper.name_commitment
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM donations_acknowledgement_name")
        assert "示例" not in cursor.fetchone()[0]
    row.delete()
    assert get_paper(donation=paper.donation).number == number_text(paper)


def test_papers_and_voids_go_into_the_log_and_to_those_who_listen(world: World) -> None:
    paper = _issue(world)
    void = void_acknowledgement(actor=world.partner, acknowledgement=paper, reason=REASON, now=world.now)
    leaves = dict(Leaf.objects.filter(kind__startswith="ACKN").values_list("kind", "subject_id"))
    assert leaves == {"ACKNOWLEDGEMENT": paper.id, "ACKNOWLEDGEMENT_VOID": void.id}
    assert not any("示例捐赠人".encode() in bytes(leaf.data) for leaf in Leaf.objects.all())
    kinds = list(Event.objects.filter(kind__startswith="ackn").order_by("id").values_list("kind", flat=True))
    assert kinds == ["acknowledgement.issued", "acknowledgement.voided"]


@pytest.mark.parametrize("table", ["donations_acknowledgement", "donations_acknowledgement_void"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_keeps_papers_as_they_are(world: World, table: str, verb: str) -> None:
    paper = _issue(world)
    void_acknowledgement(actor=world.partner, acknowledgement=paper, reason=REASON, now=world.now)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


@pytest.mark.engine("sqlite")
def test_insert_or_replace_does_not_walk_past(world: World) -> None:
    _issue(world)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO donations_acknowledgement SELECT * FROM donations_acknowledgement")


@pytest.mark.parametrize("number", [0, 3, 9])
def test_the_database_itself_refuses_a_gap(world: World, number: int) -> None:
    paper = _issue(world)
    with pytest.raises(DatabaseError, match="number_gap"), transaction.atomic():
        _copy(paper, donation=world.give_money(), number=number, revision=1)


def test_the_database_itself_refuses_a_number_twice(world: World) -> None:
    paper = _issue(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        _copy(paper, donation=world.give_money(), number=1, revision=1)


@pytest.mark.parametrize("revision", [0, 2, 3])
def test_the_database_itself_refuses_a_second_paper_that_counts(world: World, revision: int) -> None:
    paper = _issue(world)
    with pytest.raises(DatabaseError, match="paper_stands"), transaction.atomic():
        _copy(paper, donation=paper.donation, number=2, revision=revision)


def _copy(paper: Acknowledgement, **changes: object) -> None:
    values = {field.attname: getattr(paper, field.attname) for field in Acknowledgement._meta.concrete_fields}
    donation = changes.pop("donation")
    Acknowledgement.objects.create(**{**values, "id": new_id(), "donation_id": donation.id, **changes})  # type: ignore[attr-defined]


def test_a_year_is_that_of_our_own_days_and_only_our_own_gifts(world: World) -> None:
    late = world.give_money(at=dt.datetime(2025, 12, 31, 17, 0, tzinfo=dt.UTC))
    early = world.give_money(at=dt.datetime(2025, 12, 31, 15, 0, tzinfo=dt.UTC))
    assert list(gifts_of_year(organisation=world.county, year=2026)) == [late]
    assert list(gifts_of_year(organisation=world.county, year=2025)) == [early]
    assert list(gifts_of_year(organisation=world.county, year=2026, programme=world.spring)) == []
    assert list(gifts_of_year(organisation=world.province, year=2026)) == []


def test_a_gift_without_paper_has_none(world: World) -> None:
    gift = world.give_money()
    with pytest.raises(AcknowledgementMissing):
        get_paper(donation=gift)
    paper = _issue(world, gift)
    with pytest.raises(AcknowledgementMissing):
        get_paper(donation=gift, number=paper.number + 1)
    assert AcknowledgementVoid.objects.count() == 0


def test_what_went_back_whole_is_acknowledged_no_more(world: World) -> None:
    part, whole, mistake = (world.give_money(1_000) for _ in range(3))
    refunded(world, part, 999)
    for amount in (400, 600):
        refunded(world, whole, amount)
    reversed_entry(world, mistake.entry)
    goods = give_goods(world)
    refunded(world, goods, 0, *[(line, line.quantity) for line in goods.lines.all()])
    assert number_text(_issue(world, part)).endswith("000001")
    for gift in (whole, mistake, goods):
        with nothing_written(), pytest.raises(GiftReturned):
            _issue(world, gift)
    other = world.give_money()
    with nothing_written(), pytest.raises(GiftReturned):
        issue_acknowledgements(actor=world.partner, donations=[other, whole], now=world.now)


def test_a_paper_that_counts_is_given_again_also_after_a_refund(world: World) -> None:
    gift = world.give_money(1_000)
    paper = _issue(world, gift)
    refunded(world, gift, 1_000)
    assert _issue(world, gift).id == paper.id
    with nothing_written(), pytest.raises(GiftReturned):
        reissue_acknowledgement(actor=world.partner, acknowledgement=paper, reason=REASON, now=world.now)
