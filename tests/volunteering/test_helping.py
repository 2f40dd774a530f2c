"""What volunteers do for a family: each step once, in order, and each limit at the limit and one past it."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from logistics.households.actions import NameMissing
from logistics.households.identity import TelephoneWrong
from logistics.kernel.refusals import Refusal
from logistics.stock.actions import register_item
from logistics.storage.rows import new_id
from logistics.volunteering.companion_models import Companionship
from logistics.volunteering.companions import (
    CHILDREN_PER_COMPANION_MAX,
    ChecksMissing,
    ChildrenExhausted,
    CompanionOfAdult,
    CompanionshipMissing,
    CompanionVisitRefused,
    EndUnexplained,
    assign_companion,
    close_companionship,
    get_companionship,
    record_companion_visit,
)
from logistics.volunteering.errand_models import Errand
from logistics.volunteering.errands import (
    DAYS_AHEAD_MAX,
    ErrandMissing,
    ErrandNotSo,
    ErrandRefused,
    adopt_errand,
    cancel_errand,
    confirm_errand,
    get_errand,
    late_errands,
    record_errand_done,
    refuse_errand,
    report_errand,
)
from logistics.volunteering.knitted import (
    MeasuresWrong,
    OrderMissing,
    OrderNotSo,
    get_order,
    receive_garment,
    record_garment_packed,
    report_measures,
)
from logistics.volunteering.knitting_models import KnittingOrder
from logistics.volunteering.models import Volunteer
from logistics.volunteering.volunteers import (
    CheckDatesWrong,
    CheckKindUnknown,
    VolunteerMissing,
    checks_absent,
    get_volunteer,
    record_check,
    register_volunteer,
)
from logistics.volunteering.wish_models import MicroWish, WishClaim
from logistics.volunteering.wish_reads import as_they_stand, claim_of, open_wishes, state_of, with_claims
from logistics.volunteering.wishes import (
    CLAIM_DAYS,
    CLAIMS_HELD_MAX,
    TEXT_LENGTH_MAX,
    WISHES_OPEN_MAX,
    ClaimsExhausted,
    WishesExhausted,
    WishMissing,
    WishNotSo,
    WishRevealing,
    WishScreenedByAsker,
    WishTextRefused,
    adopt_wish,
    cancel_wish,
    confirm_wish,
    expire_claims,
    get_wish,
    record_thanks,
    release_claim,
    release_wish,
    report_wish,
)
from tests.cast import NOW, World
from tests.looking import nothing_written

TODAY = NOW.date()
PUBLIC = "一个 11 岁女孩想要一个书包"


def volunteer(world: World, name: str = "示例志愿者") -> Volunteer:
    """Register somebody who helps."""
    return register_volunteer(actor=world.as_actor(world.officer), name=name, now=world.now)


def checked(world: World) -> Volunteer:
    """Register somebody whose checks all stand."""
    row = volunteer(world)
    for kind in ("IDENTITY", "NO_RECORD", "TRAINING"):
        record_check(
            actor=world.as_actor(world.officer),
            volunteer=row,
            kind=kind,
            checked_on=TODAY,
            document="示 1 号",
            now=world.now,
        )
    return row


def open_wish(world: World) -> MicroWish:
    """Ask a wish and release it."""
    wish = report_wish(actor=world.as_actor(world.officer), member=world.girl, words="想要书包", now=world.now)
    return release_wish(actor=world.as_actor(world.approver), wish=wish, public_text=PUBLIC, now=world.now)


def in_clear(*tables: str) -> str:
    """Return all that stands in tables as the database has it."""
    with connection.cursor() as cursor:
        found = ""
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            found += str(cursor.fetchall())
    return found


def test_a_volunteer_is_registered_once_and_stands_encrypted(world: World) -> None:
    actor, token = world.as_actor(world.officer), new_id()
    said = {"actor": actor, "name": " 示例志愿者 ", "telephone": "139 0000 0001", "now": world.now, "token": token}
    row = register_volunteer(**said)  # type: ignore[arg-type] -- the test's own words
    assert register_volunteer(**said) == row and row.name == "示例志愿者"  # type: ignore[arg-type] -- the same
    assert get_volunteer(reference=row.reference.lower(), organisation=world.county) == row
    with pytest.raises(VolunteerMissing):
        get_volunteer(reference=row.reference, organisation=world.stranger.organisation)
    for refusal, more in ((NameMissing, {"name": " "}), (TelephoneWrong, {"telephone": "12"})):
        with nothing_written(), pytest.raises(refusal):
            register_volunteer(**{**said, "token": None, **more})  # type: ignore[arg-type] -- the same
    written = in_clear("volunteering_volunteer", "journal_revision")
    assert "示例志愿者" not in written and "13900000001" not in written


@pytest.mark.parametrize(
    ("days", "until", "is_taken"), [(0, 365, True), (0, 366, False), (0, 0, False), (-1, 1, False)]
)
def test_a_check_counts_from_its_day_to_its_end(world: World, days: int, until: int, is_taken: bool) -> None:
    row, day = volunteer(world), TODAY - dt.timedelta(days=days)
    said = {"volunteer": row, "kind": "NO_RECORD", "checked_on": day, "now": world.now}
    ends = day + dt.timedelta(days=until)
    if not is_taken:
        with nothing_written(), pytest.raises(CheckDatesWrong):
            record_check(actor=world.as_actor(world.officer), expires_on=ends, **said)  # type: ignore[arg-type] -- the same
        return
    record_check(actor=world.as_actor(world.officer), expires_on=ends, **said)  # type: ignore[arg-type] -- the same
    assert checks_absent(row, ends) == checks_absent(row, day) == ["IDENTITY", "TRAINING"]
    for other in (ends + dt.timedelta(days=1), day - dt.timedelta(days=1)):
        assert checks_absent(row, other) == ["IDENTITY", "NO_RECORD", "TRAINING"]
    with pytest.raises(CheckKindUnknown):
        record_check(actor=world.as_actor(world.officer), **{**said, "kind": "OTHER"})  # type: ignore[arg-type] -- the same


@pytest.mark.parametrize("table", ["volunteering_check", "volunteering_companionvisit"])
def test_checks_and_visits_stay_as_they_were_written(world: World, table: str) -> None:
    row = assign_companion(
        actor=world.as_actor(world.officer),
        volunteer=checked(world),
        member=world.girl,
        kind="LOVING_MOTHER",
        now=world.now,
    )
    record_companion_visit(
        actor=world.as_actor(world.officer), companionship=row, visited_on=TODAY, note="一起写作业", now=world.now
    )
    for statement in (f"UPDATE {table} SET recorded_at = '2020-01-01T00:00:00Z'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("示例女童想要书包", "名字"),
        ("示例\u200b女\u00ad童想要书包", "名字"),
        ("少云镇中心小学的女孩想要书包", "学校"),
        ("请打 13800138000 联系", "电话"),
        ("住在示例村三组12号的女孩", "地址"),
    ],
)
def test_a_text_that_would_give_the_child_away_is_not_shown(world: World, text: str, kind: str) -> None:
    wish = report_wish(actor=world.as_actor(world.officer), member=world.girl, words="想要书包", now=world.now)
    with nothing_written(), pytest.raises(WishRevealing) as refused:
        release_wish(actor=world.as_actor(world.approver), wish=wish, public_text=text, now=world.now)
    assert kind in str(refused.value.facts["kinds"])


def test_who_records_a_wish_does_not_release_it(world: World) -> None:
    actor = world.as_actor(world.officer)
    wish = report_wish(actor=actor, member=world.girl, words="想要书包", now=world.now)
    with nothing_written(), pytest.raises(WishScreenedByAsker):
        release_wish(actor=actor, wish=wish, public_text=PUBLIC, now=world.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        MicroWish.objects.filter(id=wish.id).update(released_by_id=world.officer.id)


def test_a_wish_goes_step_by_step(world: World) -> None:
    wish, helper = open_wish(world), volunteer(world)
    adopt_wish(wish=wish, volunteer=helper, now=world.now)
    for step in (
        lambda: adopt_wish(wish=wish, volunteer=helper, now=world.now),
        lambda: cancel_wish(wish=wish, now=world.now),
        lambda: record_thanks(wish=wish, thanks="谢谢"),
    ):
        with nothing_written(), pytest.raises(WishNotSo):
            step()
    release_claim(wish=wish, now=world.now)
    adopt_wish(wish=wish, volunteer=helper, now=world.now)
    confirm_wish(wish=wish, now=world.now)
    with nothing_written(), pytest.raises(WishRevealing):
        record_thanks(wish=wish, thanks="我是示例女童，谢谢阿姨")
    assert record_thanks(wish=wish, thanks="谢谢阿姨").state == "THANKED"
    assert WishClaim.objects.filter(wish=wish, fulfilled_at__isnull=False).count() == 1
    assert "书包" not in in_clear("volunteering_microwish", "volunteering_wishclaim")


def test_a_claim_runs_out_and_the_wish_comes_back(world: World) -> None:
    wish = open_wish(world)
    adopt_wish(wish=wish, volunteer=volunteer(world), now=world.now)
    assert expire_claims(now=world.now + dt.timedelta(days=CLAIM_DAYS)) == 0
    assert expire_claims(now=world.now + dt.timedelta(days=CLAIM_DAYS + 1)) == 1
    wish.refresh_from_db()
    assert wish.state == "OPEN"
    adopt_wish(wish=wish, volunteer=volunteer(world), now=world.now)


def test_a_claim_that_ran_out_holds_nothing_before_anybody_notes_it(world: World) -> None:
    """Whoever only reads writes nothing, and reads the same as after the worker's next look."""
    wish = open_wish(world)
    adopt_wish(wish=wish, volunteer=volunteer(world), now=world.now)
    last, after = (world.now + dt.timedelta(days=CLAIM_DAYS + more) for more in (0, 1))
    rows = with_claims(MicroWish.objects.all())
    with CaptureQueriesContext(connection) as queries:
        for now, state, hands in ((last, "ADOPTED", 1), (after, "OPEN", 0)):
            assert list(open_wishes(now)) == [wish] * (1 - hands)
            assert [row.state_now for row in as_they_stand(rows, now)] == [state]  # type: ignore[attr-defined]
            assert state_of(MicroWish.objects.get(), now) == state
            assert [claim_of(row, now) is not None for row in rows] == [bool(hands)]
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)
    # Whoever acts finds it free as well, and what ran out is noted then.
    with pytest.raises(WishNotSo):
        confirm_wish(wish=wish, now=after)
    assert cancel_wish(wish=wish, now=after).state == "WITHDRAWN"
    assert WishClaim.objects.get().ended_at == after


def test_wishes_and_claims_have_their_limits(world: World) -> None:
    helper, wishes = volunteer(world), [open_wish(world) for _ in range(WISHES_OPEN_MAX)]
    with nothing_written(), pytest.raises(WishesExhausted):
        report_wish(actor=world.as_actor(world.officer), member=world.girl, words="还有", now=world.now)
    other = report_wish(actor=world.as_actor(world.officer), member=world.boy, words="想要足球", now=world.now)
    release_wish(actor=world.as_actor(world.approver), wish=other, public_text="想要足球", now=world.now)
    for wish in wishes[:CLAIMS_HELD_MAX]:
        adopt_wish(wish=wish, volunteer=helper, now=world.now)
    with nothing_written(), pytest.raises(ClaimsExhausted):
        adopt_wish(wish=other, volunteer=helper, now=world.now)
    for text, is_taken in (("", False), ("愿" * TEXT_LENGTH_MAX, True), ("愿" * (TEXT_LENGTH_MAX + 1), False)):
        if is_taken:
            report_wish(actor=world.as_actor(world.officer), member=world.boy, words=text, now=world.now)
        else:
            with nothing_written(), pytest.raises(WishTextRefused):
                report_wish(actor=world.as_actor(world.officer), member=world.boy, words=text, now=world.now)


def test_nobody_meets_a_child_without_checks_that_count(world: World) -> None:
    actor, helper = world.as_actor(world.officer), volunteer(world)
    said = {"actor": actor, "volunteer": helper, "member": world.girl, "kind": "POLICE_MOTHER", "now": world.now}
    for kind in ("IDENTITY", "NO_RECORD", "TRAINING"):
        with nothing_written(), pytest.raises(ChecksMissing) as refused:
            assign_companion(**said)  # type: ignore[arg-type] -- the test's own words
        assert kind in refused.value.facts["kinds"]  # type: ignore[operator] -- a list
        record_check(actor=actor, volunteer=helper, kind=kind, checked_on=TODAY, now=world.now)
    row = assign_companion(**said)  # type: ignore[arg-type] -- the same
    assert assign_companion(**said) == row  # type: ignore[arg-type] -- the same
    # The certificate runs out; a visit after that is not in order, and no new child is assigned.
    later = world.now + dt.timedelta(days=366)
    with nothing_written(), pytest.raises(ChecksMissing):
        record_companion_visit(actor=actor, companionship=row, visited_on=later.date(), note="看望", now=later)
    with nothing_written(), pytest.raises(ChecksMissing):
        assign_companion(**{**said, "member": world.boy, "now": later})  # type: ignore[arg-type] -- the same


def test_companions_have_their_limits_and_an_end(world: World) -> None:
    actor, helper = world.as_actor(world.officer), checked(world)
    row = assign_companion(actor=actor, volunteer=helper, member=world.girl, kind="LOVING_MOTHER", now=world.now)
    for day, note in ((TODAY + dt.timedelta(days=1), "看望"), (TODAY - dt.timedelta(days=1), "看望"), (TODAY, " ")):
        with nothing_written(), pytest.raises(CompanionVisitRefused):
            record_companion_visit(actor=actor, companionship=row, visited_on=day, note=note, now=world.now)
    for _ in range(CHILDREN_PER_COMPANION_MAX - 1):
        Companionship.objects.create(
            volunteer=helper,
            member=_child(world),
            kind="LOVING_MOTHER",
            assigned_at=world.now,
            assigned_by_id=actor.holder_id,
        )
    with nothing_written(), pytest.raises(ChildrenExhausted):
        assign_companion(actor=actor, volunteer=helper, member=world.boy, kind="LOVING_MOTHER", now=world.now)
    with nothing_written(), pytest.raises(EndUnexplained):
        close_companionship(actor=actor, companionship=row, reason="搬", now=world.now)
    close_companionship(actor=actor, companionship=row, reason="志愿者搬家", now=world.now)
    with nothing_written(), pytest.raises(CompanionshipMissing):
        close_companionship(actor=actor, companionship=row, reason="志愿者搬家", now=world.now)
    world.boy.born_on = dt.date(2000, 1, 1)
    with nothing_written(), pytest.raises(CompanionOfAdult):
        assign_companion(actor=actor, volunteer=helper, member=world.boy, kind="LOVING_MOTHER", now=world.now)


@pytest.mark.parametrize(
    ("days", "is_taken"), [(-1, False), (0, True), (DAYS_AHEAD_MAX, True), (DAYS_AHEAD_MAX + 1, False)]
)
def test_an_errand_is_due_soon(world: World, days: int, is_taken: bool) -> None:
    said = {"actor": world.as_actor(world.officer), "household": world.family, "what": "取药", "now": world.now}
    day = TODAY + dt.timedelta(days=days)
    if is_taken:
        assert report_errand(due_on=day, **said).due_on == day  # type: ignore[arg-type] -- the test's own words
    else:
        with nothing_written(), pytest.raises(ErrandRefused):
            report_errand(due_on=day, **said)  # type: ignore[arg-type] -- the same


def test_an_errand_goes_step_by_step_and_may_come_back(world: World) -> None:
    actor, helper = world.as_actor(world.officer), volunteer(world)
    errand = report_errand(actor=actor, household=world.family, what="取药", due_on=TODAY, now=world.now)
    for step in (
        lambda: record_errand_done(errand=errand, now=world.now),
        lambda: confirm_errand(actor=actor, errand=errand, now=world.now),
        lambda: refuse_errand(errand=errand),
    ):
        with nothing_written(), pytest.raises(ErrandNotSo):
            step()
    adopt_errand(errand=errand, volunteer=helper, now=world.now)
    with nothing_written(), pytest.raises(ErrandNotSo):
        cancel_errand(errand=errand)
    record_errand_done(errand=errand, now=world.now)
    assert not late_errands(world.county, on=TODAY + dt.timedelta(days=5))
    # The family says that it was not done.
    assert refuse_errand(errand=errand).volunteer is None
    assert list(late_errands(world.county, on=TODAY + dt.timedelta(days=5))) == [errand]
    assert cancel_errand(errand=errand).state == "CANCELLED"
    assert "取药" not in in_clear("volunteering_errand")


@pytest.mark.parametrize("measures", [{}, {"height": 399}, {"height": 2_001}, {"weight": 30_000}])
def test_measures_are_those_of_a_child(world: World, measures: dict[str, int]) -> None:
    vest = register_item(code="knit-vest", name_zh="背心")
    said = {"actor": world.as_actor(world.officer), "member": world.girl, "garment": vest, "now": world.now}
    with nothing_written(), pytest.raises(MeasuresWrong):
        report_measures(measures=measures, **said)  # type: ignore[arg-type] -- the test's own words
    for edge in (400, 2_000):
        report_measures(measures={"height": edge}, **said)  # type: ignore[arg-type] -- the same
    order = KnittingOrder.objects.order_by("id")[0]
    with nothing_written(), pytest.raises(OrderNotSo):
        record_garment_packed(order=order, parcel_id=new_id(), household_id=world.family.id)
    with nothing_written(), pytest.raises(OrderNotSo):
        receive_garment(actor=world.partner, order=order, yarn=None, now=world.now)  # type: ignore[arg-type] -- not reached


def test_strangers_find_nothing(world: World) -> None:
    actor, own = world.as_actor(world.officer), world.stranger.organisation
    errand = report_errand(actor=actor, household=world.family, what="取药", due_on=TODAY, now=world.now)
    wish = open_wish(world)
    row = assign_companion(
        actor=actor, volunteer=checked(world), member=world.girl, kind="LOVING_MOTHER", now=world.now
    )
    vest = register_item(code="knit-vest", name_zh="背心")
    order = report_measures(actor=actor, member=world.girl, garment=vest, measures={"height": 1_300}, now=world.now)
    finds: list[tuple[type[Refusal], object]] = [
        (WishMissing, lambda: get_wish(wish_id=wish.id, organisation=own)),
        (ErrandMissing, lambda: get_errand(errand_id=errand.id, organisation=own)),
        (CompanionshipMissing, lambda: get_companionship(companionship_id=row.id, organisation=own)),
        (OrderMissing, lambda: get_order(order_id=order.id, organisation=own)),
    ]
    for refusal, find in finds:
        with pytest.raises(refusal):
            find()  # type: ignore[operator] -- each is a question
    assert (Errand.objects.count(), get_wish(wish_id=wish.id, organisation=world.county)) == (1, wish)


def _child(world: World):  # type: ignore[no-untyped-def]
    world.girl.pk, world.girl._state.adding = new_id(), True
    world.girl.reference = f"M-{str(world.girl.pk)[-12:]}"
    world.girl.save(force_insert=True)
    return world.girl
