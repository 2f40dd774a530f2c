"""Pledges at the pages: recorded, kept by gifts, overdue, withdrawn."""

import datetime as dt

import pytest
from django.utils import timezone

from logistics.donations.pledge_models import Pledge, PledgedGift
from logistics.journal.models import JournalEntry
from tests.cast import World
from tests.donations.test_pledges import pledge_of
from tests.looking import nothing_written
from tests.web.conftest import Visitor

PAGE = "/pledges"
SAID = {
    "programme": "warm-heart-pack",
    "donor_name": "示例捐赠人",
    "donor_kind": "PERSON",
    "amount": "1000",
    "pledged_on": "2026-01-10",
    "due_on": "2026-02-09",
}


def test_a_pledge_is_recorded_and_books_nothing(world: World, officer: Visitor) -> None:
    entries = JournalEntry.objects.count()
    assert officer.send(PAGE, **SAID, note="电话里说的").status_code == 302
    pledge = Pledge.objects.get()
    assert (pledge.amount_minor, pledge.due_on, pledge.fund) == (100_000, dt.date(2026, 2, 9), None)
    assert JournalEntry.objects.count() == entries
    page = officer.get(f"{PAGE}/{pledge.id}").content.decode()
    assert "电话里说的" in page and "还没有款项到账" in page


def test_a_gift_is_matched_and_keeps_it(world: World, officer: Visitor) -> None:
    pledge = pledge_of(world, due_on=None)
    gift = world.give_money(100_000)
    page = officer.get(f"{PAGE}/{pledge.id}")
    assert [value for value, _ in page.context["match"].fields["donation"].choices] == [str(gift.id)]
    assert officer.client.post(f"{PAGE}/{pledge.id}", {"match": "1", "donation": str(gift.id)}).status_code == 302
    assert PledgedGift.objects.get().donation_id == gift.id
    page = officer.get(f"{PAGE}/{pledge.id}")
    assert (page.context["state"], page.context["left"], page.context["has_gifts"]) == ("FULFILLED", 0, False)
    assert [row.id for row in officer.get(f"{PAGE}?state=FULFILLED").context["page"]] == [pledge.id]


def test_what_is_overdue_stands_on_its_tab_and_where_things_wait(world: World, officer: Visitor) -> None:
    late, open_ = pledge_of(world, "p-1"), pledge_of(world, "p-2", due_on=timezone.localdate() + dt.timedelta(days=1))
    page = officer.get(f"{PAGE}?state=OVERDUE")
    assert ([row.id for row in page.context["page"]], page.context["overdue"]) == ([late.id], 1)
    assert [row.id for row in officer.get(f"{PAGE}?state=OPEN").context["page"]] == [open_.id]
    waiting = officer.get("/attention").content.decode()
    assert f"{PAGE}/{late.id}" in waiting and f"{PAGE}/{open_.id}" not in waiting


def test_a_pledge_is_withdrawn_with_a_reason_once(world: World, officer: Visitor) -> None:
    pledge = pledge_of(world)
    with nothing_written():
        assert officer.client.post(f"{PAGE}/{pledge.id}", {"end": "1", "reason": ""}).status_code == 422
    assert officer.client.post(f"{PAGE}/{pledge.id}", {"end": "1", "reason": "改捐物资"}).status_code == 302
    page = officer.get(f"{PAGE}/{pledge.id}")
    assert page.context["state"] == "WITHDRAWN" and "改捐物资" in page.content.decode()
    with nothing_written():
        assert officer.client.post(f"{PAGE}/{pledge.id}", {"end": "1", "reason": "再来一次"}).status_code == 422


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"due_on": "2026-01-09"}, "due_on"),
        ({"pledged_on": "2999-01-01"}, "pledged_on"),
        ({"programme": "nothing"}, "programme"),
        ({"donor_name": ""}, "donor_name"),
    ],
)
def test_what_is_no_pledge_is_refused_beside_its_field(
    world: World, officer: Visitor, values: dict[str, str], field: str
) -> None:
    with nothing_written():
        answer = officer.send(PAGE, **{**SAID, **values})
    assert answer.status_code == 422 and field in answer.context["form"].errors


def test_a_gift_of_somebody_else_is_not_offered(world: World, officer: Visitor) -> None:
    pledge = pledge_of(world, amount_minor=5_000)
    gift = world.give_money(5_000, fund=world.girls_fund)
    assert officer.get(f"{PAGE}/{pledge.id}").context["has_gifts"] is False
    with nothing_written():
        answer = officer.client.post(f"{PAGE}/{pledge.id}", {"match": "1", "donation": str(gift.id)})
    assert answer.status_code == 422


def test_who_takes_no_gifts_finds_no_pledge(world: World, keeper: Visitor) -> None:
    pledge = pledge_of(world)
    for visitor in (keeper, Visitor("auditor"), Visitor("stranger")):
        assert visitor.get(f"{PAGE}/{pledge.id}").status_code == 404
