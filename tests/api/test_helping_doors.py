"""Wishes, volunteers, companions, errands and knitting orders through the API, and what each says when it refuses."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.models import StoredAnswer
from logistics.donations.goods import LineInput
from logistics.households.models import PersonalDataView
from logistics.stock.actions import register_item
from logistics.stock.knitters import register_knitter
from logistics.volunteering.wishes import CLAIMS_HELD_MAX, WISHES_OPEN_MAX
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.money import given_goods
from tests.replies.stage import someone

WORDS = "想要一本讲星星的书"


def child(world: World, **more: Any) -> dict[str, Any]:
    """Name the girl of the cast."""
    return {"household": str(world.family.id), "member": str(world.girl.id), **more}


def volunteer_of(partner: Partner, *kinds: str) -> str:
    """Register somebody who helps, checked for these kinds; returns the reference."""
    reference = partner.post("/volunteers", {"name": "示例热心人", "telephone": "13800138000"}).json()["reference"]
    today = timezone.localdate().isoformat()
    for kind in kinds:
        told = partner.post(f"/volunteers/{reference}/checks", {"kind": kind, "checked_on": today})
        assert told.status_code == 201, told.content
    return str(reference)


@pytest.fixture
def another(world: World) -> Partner:
    """A second partner of the county: who asks does not release."""
    return partner_of(world.county, now=timezone.now())


def test_a_wish_from_asked_to_thanked(world: World, partner: Partner, another: Partner) -> None:
    made = partner.post("/micro-wishes", child(world, words=WORDS))
    assert (made.status_code, made.json()["state"]) == (201, "ASKED"), made.content
    path = f"/micro-wishes/{made.json()['id']}"
    own = partner.post(f"{path}/release", {"public_text": WORDS})
    assert (own.status_code, own.json()["code"]) == (403, "micro_wish_screened_by_asker")
    revealing = another.post(f"{path}/release", {"public_text": f"{world.girl.name}想要一本书"})
    assert (revealing.status_code, revealing.json()["errors"][0]["pointer"]) == (422, "/public_text")
    assert another.post(f"{path}/release", {"public_text": WORDS}).json()["state"] == "OPEN"
    helper = volunteer_of(partner)
    held = partner.post(f"{path}/adopt", {"volunteer": helper}).json()
    assert (held["state"], held["volunteer"]) == ("ADOPTED", helper) and held["due_on"]
    assert partner.post(f"{path}/give-back").json()["volunteer"] is None
    assert partner.post(f"{path}/adopt", {"volunteer": helper}).status_code == 200
    taken = partner.post(f"{path}/cancel")
    assert (taken.status_code, taken.json()["code"], taken.json()["facts"]["state"]) == (
        409,
        "micro_wish_not_so",
        "ADOPTED",
    )
    assert partner.post(f"{path}/confirm").json()["state"] == "FULFILLED"
    assert partner.post(f"{path}/thank", {"thanks": "谢谢，书很好看"}).json()["state"] == "THANKED"
    read = partner.get(path).json()
    assert (read["words"], read["public_text"], read["thanks"]) == (None, WORDS, "谢谢，书很好看")


def test_who_reads_the_childs_own_words_says_why(world: World, partner: Partner) -> None:
    path = f"/micro-wishes/{partner.post('/micro-wishes', child(world, words=WORDS)).json()['id']}"
    refused = partner.get(f"{path}?unmask=true")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason")
    assert PersonalDataView.objects.count() == 0
    assert partner.get(f"{path}?unmask=true&reason=改写心愿").json()["words"] == WORDS
    assert PersonalDataView.objects.get().fields == ["wishes"]


def test_kept_answers_hold_no_words(world: World, partner: Partner) -> None:
    wish = partner.post("/micro-wishes", child(world, words=WORDS), key="wish-1")
    again = partner.post("/micro-wishes", child(world, words=WORDS), key="wish-1")
    assert again.headers["Idempotent-Replayed"] == "true" and again.json() == wish.json()
    due = (timezone.localdate() + dt.timedelta(days=1)).isoformat()
    assert (
        partner.post("/errands", {"household": str(world.family.id), "what": "取药", "due_on": due}).status_code == 201
    )
    volunteer_of(partner, "IDENTITY")
    kept = "".join(str(row.body) for row in StoredAnswer.objects.all())
    assert kept and not any(word in kept for word in (WORDS, "取药", "示例热心人", "13800138000"))


def test_limits_of_wishes(world: World, partner: Partner, another: Partner) -> None:
    helper, open_ones = volunteer_of(partner), []
    for number in range(CLAIMS_HELD_MAX + 1):
        made = partner.post("/micro-wishes", child(world, words=f"{WORDS}{number}"))
        if number == WISHES_OPEN_MAX:
            assert (made.status_code, made.json()["code"]) == (409, "micro_wishes_exhausted")
        else:
            open_ones.append(made.json()["id"])
    for wish in open_ones:
        another.post(f"/micro-wishes/{wish}/release", {"public_text": WORDS})
        assert partner.post(f"/micro-wishes/{wish}/adopt", {"volunteer": helper}).status_code == 200
    found = partner.get("/micro-wishes?state=ADOPTED").json()["items"]
    assert [row["id"] for row in found] == open_ones
    assert partner.get("/micro-wishes?state=MOON").status_code == 400


def test_a_companion_needs_every_check(world: World, partner: Partner) -> None:
    helper = volunteer_of(partner, "IDENTITY")
    said = child(world, volunteer=helper, kind="LOVING_MOTHER")
    refused = partner.post("/companionships", said)
    assert (refused.status_code, refused.json()["code"]) == (422, "companion_checks_missing")
    assert refused.json()["facts"]["kinds"] == ["NO_RECORD", "TRAINING"]
    today = timezone.localdate().isoformat()
    for kind in ("NO_RECORD", "TRAINING"):
        partner.post(f"/volunteers/{helper}/checks", {"kind": kind, "checked_on": today})
    assert partner.get(f"/volunteers/{helper}").json()["checks_absent"] == []
    made = partner.post("/companionships", said).json()
    path = f"/companionships/{made['id']}"
    visit = partner.post(f"{path}/visits", {"visited_on": today, "note": "一起读书"})
    assert (visit.status_code, visit.json()["note"]) == (201, None)
    assert partner.get(path).json()["visits"][0]["note"] is None
    assert partner.get(f"{path}?unmask=1&reason=检查陪伴").json()["visits"][0]["note"] == "一起读书"
    assert [row["id"] for row in partner.get(f"/companionships?volunteer={helper}").json()["items"]] == [made["id"]]
    assert partner.post(f"{path}/end", {"reason": "搬走了，不再陪伴"}).json()["ended_at"]
    over = partner.post(f"{path}/visits", {"visited_on": today, "note": "又去了"})
    assert (over.status_code, over.json()["code"]) == (404, "companionship_missing")


def test_an_errand_from_asked_to_confirmed(world: World, partner: Partner) -> None:
    due = (timezone.localdate() + dt.timedelta(days=1)).isoformat()
    body = {"household": str(world.family.id), "what": "去镇上取药", "due_on": due}
    late = partner.post("/errands", {**body, "due_on": "2020-01-01"})
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/due_on")
    path = f"/errands/{partner.post('/errands', body).json()['id']}"
    helper = volunteer_of(partner)
    assert partner.post(f"{path}/done").json()["code"] == "errand_not_so"
    assert partner.post(f"{path}/take", {"volunteer": helper}).json()["volunteer"] == helper
    assert partner.post(f"{path}/give-back").json()["state"] == "ASKED"
    partner.post(f"{path}/take", {"volunteer": helper})
    assert partner.post(f"{path}/done").json()["state"] == "DONE"
    assert partner.post(f"{path}/confirm").json()["state"] == "CONFIRMED"
    assert partner.get(path).json()["what"] is None
    assert partner.get(f"{path}?unmask=true&reason=安排志愿者").json()["what"] == "去镇上取药"
    assert partner.get("/errands?state=CONFIRMED").json()["items"][0]["household"] == str(world.family.id)
    second = partner.post("/errands", body).json()["id"]
    assert partner.post(f"/errands/{second}/cancel").json()["state"] == "CANCELLED"


def test_a_garment_is_ordered_by_measures(world: World, partner: Partner) -> None:
    wrong = partner.post("/knitting-orders", child(world, garment="gloves", measures={"height": 399}))
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/measures/height")
    none = partner.post("/knitting-orders", child(world, garment="gloves", measures={}))
    assert (none.status_code, none.json()["code"]) == (422, "measures_wrong")
    made = partner.post("/knitting-orders", child(world, garment="gloves", measures={"height": 1_200}))
    assert (made.status_code, made.json()["member"]) == (201, str(world.girl.id)), made.content
    path = f"/knitting-orders/{made.json()['id']}"
    assert partner.get(path).json()["measures"] == {"height": 1_200}
    body = {"fund": "warm-2026", "yarn": "gloves", "quantity": 1, "warehouse": "wh-1"}
    early = partner.post(f"{path}/garment", {**body, "happened_at": timezone.now().isoformat()})
    assert (early.status_code, early.json()["code"]) == (409, "knitting_order_not_so")


def test_a_garment_from_yarn_to_its_childs_parcel(world: World, partner: Partner) -> None:
    yarn = register_item(code="yarn", name_zh="毛线", unit="GRAM")
    vest = register_item(code="vest-130", name_zh="毛线背心 130", size="130")
    given_goods(world, LineInput(yarn, 1_000, "AGREEMENT", 3_000))
    knitter = register_knitter(actor=world.as_actor(world.officer), name="示例编织人").reference
    made = partner.post("/knitting-orders", child(world, garment=vest.code, measures={"chest": 640})).json()
    path, body = f"/knitting-orders/{made['id']}", {"fund": "warm-2026", "yarn": "yarn", "quantity": 300}
    body |= {"warehouse": "wh-1", "happened_at": timezone.now().isoformat()}
    without = partner.post(f"{path}/yarn", {**body, "knitter": knitter}, key=None)
    assert (without.status_code, without.json()["code"]) == (400, "idempotency_key_missing")
    given = partner.post(f"{path}/yarn", {**body, "knitter": knitter})
    assert (given.status_code, given.json()["knitter"]) == (200, knitter), given.content
    # Who knits and who keeps the shelf learn neither the child nor the family.
    assert not {str(world.girl.id), str(world.family.id)} & set(map(str, given.json().values()))
    assert partner.post(f"{path}/garment", body).json()["state"] == "RECEIVED"
    lines = {"programme": "warm-heart-pack", "warehouse": "wh-1", "fund": "warm-2026"}
    lines |= {"contents": {"lines": [{"item": vest.code, "quantity": 1}]}}
    parcel = partner.post("/parcels", {**lines, "household": str(world.family.id)})
    assert parcel.status_code == 201, parcel.content
    assert partner.post(f"{path}/parcel", {"parcel": parcel.json()["items"][0]["code"]}).json()["state"] == "GIVEN"
    assert_books_close()


def test_outsiders_find_nothing(world: World, partner: Partner, outsider: Partner) -> None:
    helper = volunteer_of(partner, "IDENTITY", "NO_RECORD", "TRAINING")
    due = timezone.localdate().isoformat()
    wish = partner.post("/micro-wishes", child(world, words=WORDS)).json()["id"]
    errand = partner.post("/errands", {"household": str(world.family.id), "what": "取药", "due_on": due}).json()["id"]
    pair = partner.post("/companionships", child(world, volunteer=helper, kind="POLICE_MOTHER")).json()["id"]
    order = partner.post("/knitting-orders", child(world, garment="gloves", measures={"height": 1_200})).json()["id"]
    asked: list[tuple[str, Any]] = [
        (f"/micro-wishes/{wish}/release", {"public_text": "书"}),
        *((f"/micro-wishes/{wish}/{step}", {}) for step in ("give-back", "confirm", "cancel")),
        (f"/micro-wishes/{wish}/adopt", {"volunteer": helper}),
        (f"/micro-wishes/{wish}/thank", {"thanks": "谢谢"}),
        *((f"/errands/{errand}/{step}", {}) for step in ("done", "confirm", "give-back", "cancel")),
        (f"/errands/{errand}/take", {"volunteer": helper}),
        (f"/companionships/{pair}/end", {"reason": "我要结束它"}),
        (f"/companionships/{pair}/visits", {"visited_on": due, "note": "去过"}),
        (f"/volunteers/{helper}/checks", {"kind": "IDENTITY", "checked_on": due}),
        (f"/knitting-orders/{order}/parcel", {"parcel": "x"}),
        ("/micro-wishes", child(world, words=WORDS)),
        ("/companionships", child(world, volunteer=helper, kind="POLICE_MOTHER")),
    ]
    with nothing_written():
        for path, body in asked:
            assert outsider.post(path, body, key=None).status_code == 404, path
        for path in (f"micro-wishes/{wish}", f"errands/{errand}", f"companionships/{pair}", f"volunteers/{helper}"):
            assert outsider.get(f"/{path}?").status_code == 404, path
            assert outsider.get(f"/{path.partition('/')[0]}").json()["items"] == []
    assert outsider.get("/knitting-orders").json()["items"] == []


def test_a_liaison_asks_but_does_not_look_after(world: World) -> None:
    client = Partner("").client
    client.force_login(someone(world, "liaison", "LIAISON"))
    answer = client.get("/api/v1/micro-wishes", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (403, "helping_not_yours")


@pytest.mark.parametrize("name", ["micro-wishes", "volunteers", "companionships", "errands", "knitting-orders"])
def test_lists_take_as_many_statements_for_one_row_as_for_many(world: World, partner: Partner, name: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert partner.get(f"/{name}").json()["items"]
        return len(queries)

    due = timezone.localdate().isoformat()
    kinds = ("IDENTITY", "NO_RECORD", "TRAINING")

    def more() -> None:
        partner.post("/micro-wishes", child(world, words=WORDS))
        partner.post("/errands", {"household": str(world.family.id), "what": "取药", "due_on": due})
        partner.post("/companionships", child(world, volunteer=volunteer_of(partner, *kinds), kind="POLICE_MOTHER"))
        partner.post("/knitting-orders", child(world, garment="gloves", measures={"height": 1_200}))

    more()
    statements()
    one = statements()
    more()
    more()
    assert statements() == one
