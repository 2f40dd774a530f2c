"""The history of master data: who, when, before, after and why, sealed like the books."""

import datetime as dt
from itertools import pairwise

import pytest
from django.db import DatabaseError, connection, transaction

from logistics.deliveries.rounds import plan_round
from logistics.funds.actions import revise_fund
from logistics.funds.agreements import record_agreement
from logistics.funds.changes import change_fund
from logistics.funds.consents import record_consent
from logistics.funds.cost_rules import record_cost_rule
from logistics.journal.committed import commitment, texts_of
from logistics.journal.history import CommittedText, MasterRow, Revision
from logistics.journal.log import Leaf
from logistics.journal.revision_views import MASKED, revision_views
from logistics.journal.revisions import (
    Cause,
    ChangeUnexplained,
    MasterValueRefused,
    RevisionStale,
    erase_revision_texts,
    leaf_of_revision,
    revision_number,
    revisions_of,
)
from logistics.journal.sealing import seal_leaves
from logistics.journal.verifying import verified_journal
from logistics.journal.verifying_history import master_models, require_history
from logistics.kernel.eligibility import Terms
from logistics.lists.rules import register_rules
from logistics.needs.timetables import set_need_timetable
from logistics.outbox.endpoints import register_endpoint
from logistics.parties.actions import (
    NewDonor,
    RoleUnknown,
    change_password,
    known_donor,
    register_donor,
)
from logistics.parties.actors import Actor
from logistics.parties.changes import (
    OwnRightsChanged,
    change_donor,
    change_organisation,
    change_person,
    change_programme,
    change_supplier,
)
from logistics.parties.devices import enrol_here
from logistics.parties.models import Donor, Organisation, Person, Programme
from logistics.partners.keys import issue_key, revoke_key
from logistics.partners.sandboxes import open_sandbox
from logistics.stock.changes import change_item, change_kit_recipe, change_warehouse
from logistics.stock.knitters import register_knitter
from logistics.stock.models import Warehouse
from logistics.storage.rows import new_id
from logistics.volunteering.volunteers import register_volunteer
from tests.cast import NOW, World
from tests.journal.test_races import _at_once
from tests.looking import nothing_written

LATER = NOW + dt.timedelta(days=1)


def _why(world: World, reason: str = "登记时写错了字") -> Cause:
    return world.as_actor(world.administrator).cause(LATER, reason)


def _newest(row: MasterRow) -> Revision:
    return revisions_of(row)[0]


def _fault() -> str:
    fault, _ = verified_journal(progress=lambda done, total: None)
    return fault.code if fault else ""


def test_every_row_of_every_kind_of_master_data_has_its_history(world: World) -> None:
    issue_key(organisation=world.county, name="示例单位", scopes=["stock:read"], now=NOW)
    register_knitter(actor=world.partner, name="示例志愿者")
    register_volunteer(actor=world.partner, name="示例志愿者", now=NOW)
    plan_round(
        actor=world.as_actor(world.officer),
        name="示例发放",
        place="少云镇",
        held_on=NOW.date(),
        parcels=[world.parcel()],
        now=NOW,
    )
    enrol_here(actor=world.as_actor(world.keeper), name="示例手机", token=new_id(), now=NOW)
    record_agreement(
        actor=world.partner,
        fund=world.warm_fund,
        number="示例协议-1",
        signed_on=NOW.date(),
        document_sha256="a" * 64,
        now=NOW,
    )
    register_endpoint(
        organisation_id=world.county.id,
        url="https://partner.example/hook",
        kinds=["grant.paid"],
        is_checked=True,
        now=NOW,
    )
    open_sandbox(owner=world.county, now=NOW, cause=Cause())
    set_need_timetable(
        actor=Actor(world.province, new_id()),
        programme=world.warm,
        days_per_level={"VILLAGE": 2},
        days_until_stale=60,
        reason="示例期限",
        now=NOW,
    )
    record_consent(actor=world.partner, fund=world.warm_fund, given_on=NOW.date(), document_sha256="b" * 64, now=NOW)
    record_cost_rule(
        organisation_kind="FEDERATION",
        base="YEAR_EXPENDITURE",
        per_mille=100,
        source="示例规定",
        in_force_from=NOW.date(),
        now=NOW,
    )
    owner = Actor(world.province, new_id())
    register_rules(actor=owner, programme=world.warm, round_name="2026年冬季", notice_days=5, cause=Cause())
    kinds = {model.history_kind() for model in master_models()}
    assert {"ORGANISATION", "PROGRAMME", "DONOR", "SUPPLIER", "PERSON", "FUND", "ITEM"} <= kinds
    assert {"KIT_RECIPE", "WAREHOUSE", "HOUSEHOLD", "API_KEY"} <= kinds
    for model in master_models():
        rows = list(model._default_manager.all())
        assert rows, f"the cast has no {model.__name__}"
        noted = Revision.objects.filter(kind=model.history_kind(), number=1)
        assert set(noted.values_list("subject_id", flat=True)) == {row.pk for row in rows}
    require_history()


def test_a_registration_says_what_stands_and_who_did_it(world: World) -> None:
    new = known_donor(
        organisation=world.county, donor=NewDonor("PERSON", "示例新捐赠人"), cause=Cause(world.officer.id, now=LATER)
    )
    assert (_newest(new).number, _newest(new).actor_id, _newest(new).noted_at) == (1, world.officer.id, LATER)
    recipe = _newest(world.recipe)
    assert recipe.after["lines"] == [["gloves", 1], ["vest", 1], ["blanket", 1]]
    assert (recipe.before, recipe.number, recipe.organisation_id) == ({}, 1, world.province.id)
    fund = _newest(world.girls_fund)
    assert fund.after["terms"]["sexes"] == ["FEMALE"]
    assert fund.organisation_id == world.county.id


def test_a_change_says_before_after_who_when_and_why(world: World) -> None:
    row = change_organisation(
        organisation=world.county, changes={"telephone": "0990-111111", "name_zh": "示例县妇联"}, cause=_why(world)
    )
    newest = _newest(row)
    assert newest.before == {"telephone": "0990-000000", "name_zh": "示例县妇女联合会"}
    assert newest.after == {"telephone": "0990-111111", "name_zh": "示例县妇联"}
    assert (newest.number, newest.actor_id, newest.reason, newest.noted_at) == (
        2,
        world.administrator.id,
        "登记时写错了字",
        LATER,
    )
    world.county.refresh_from_db()
    assert world.county.telephone == "0990-111111"
    require_history()


def test_what_stands_already_is_no_change(world: World) -> None:
    with nothing_written():
        change_organisation(organisation=world.county, changes={"telephone": "0990-000000"}, cause=_why(world))


@pytest.mark.parametrize("reason", ["", "   ", "短", "长" * 201])
def test_a_change_needs_a_reason(world: World, reason: str) -> None:
    with nothing_written(), pytest.raises(ChangeUnexplained):
        change_organisation(organisation=world.county, changes={"telephone": "1"}, cause=_why(world, reason))


@pytest.mark.parametrize(
    "changes",
    [{"path": "x/"}, {"code": "other"}, {"name_zh": ""}, {"level": "PLANET"}, {"telephone": "1" * 25}],
    ids=["derived", "fixed", "blank", "unknown-choice", "too-long"],
)
def test_a_change_refuses_what_may_not_change_and_what_cannot_stand(world: World, changes: dict[str, object]) -> None:
    with nothing_written(), pytest.raises(MasterValueRefused):
        change_organisation(organisation=world.county, changes=changes, cause=_why(world))
    world.county.refresh_from_db()
    assert world.county.name_zh == "示例县妇女联合会"


def test_every_kind_can_be_corrected(world: World) -> None:
    cause = _why(world)
    change_programme(programme=world.warm, changes={"thanks": "谢谢"}, cause=cause)
    change_donor(donor=world.donor, changes={"may_be_named": True}, cause=cause)
    change_supplier(supplier=world.supplier, changes={"name_zh": "示例供应商二"}, cause=cause)
    change_item(item=world.gloves, changes={"weight_grams": 130}, cause=cause)
    change_kit_recipe(recipe=world.recipe, changes={"name_en": "Warm kit"}, cause=cause)
    change_warehouse(warehouse=world.warehouse, changes={"division_code": "990101002"}, cause=cause)
    change_fund(fund=world.warm_fund, changes={"filing_number": "示例备案1号"}, cause=cause)
    for row in (world.warm, world.donor, world.supplier, world.gloves, world.recipe, world.warehouse, world.warm_fund):
        assert _newest(row).number == 2
    require_history()


def test_a_programme_closes_and_opens_again(world: World) -> None:
    closed = change_programme(programme=world.warm, changes={"is_open": False}, cause=_why(world, "项目结束"))
    assert _newest(closed).after == {"is_open": False}
    opened = change_programme(programme=world.warm, changes={"is_open": True}, cause=_why(world, "冬季项目重新开始"))
    assert opened.is_open
    assert (_newest(opened).before, _newest(opened).number) == ({"is_open": False}, 3)


def test_new_terms_of_a_fund_are_a_revision_too(world: World) -> None:
    terms = Terms(sexes=("FEMALE",), age_from=6, age_to=16)
    revise_fund(
        fund=world.girls_fund,
        terms=terms,
        in_force_from=dt.date(2026, 3, 1),
        consent_sha256="ab" * 32,
        now=LATER,
        recorded_by_id=world.officer.id,
        reason="捐赠人来函同意",
    )
    newest = _newest(world.girls_fund)
    assert (newest.before["terms"]["age_to"], newest.after["terms"]["age_to"]) == (18, 16)
    assert newest.after["consent_sha256"] == "ab" * 32
    assert (newest.actor_id, newest.reason) == (world.officer.id, "捐赠人来函同意")


def test_roles_change_and_accounts_end_by_another_person(world: World) -> None:
    change_person(person=world.keeper, changes={"roles": ["KEEPER", "COURIER"]}, cause=_why(world))
    assert (_newest(world.keeper).before, _newest(world.keeper).after) == (
        {"roles": ["KEEPER"]},
        {"roles": ["KEEPER", "COURIER"]},
    )
    gone = change_person(person=world.keeper, changes={"is_active": False}, cause=_why(world, "已离职，停用账号"))
    assert not gone.is_active
    with nothing_written(), pytest.raises(RoleUnknown):
        change_person(person=world.keeper, changes={"roles": ["KING"]}, cause=_why(world))
    for changes in ({"roles": ["APPROVER"]}, {"is_active": False}):
        with nothing_written(), pytest.raises(OwnRightsChanged):
            change_person(person=world.administrator, changes=changes, cause=_why(world))
    change_person(person=world.administrator, changes={"name": "示例新名"}, cause=_why(world))


def test_a_new_password_is_noted_and_never_told(world: World) -> None:
    change_password(person=world.keeper, password="示例-另一个口令", cause=_why(world))
    newest = _newest(world.keeper)
    assert newest.after == {"password": "changed"}
    assert "另一个口令" not in str(vars(newest))
    require_history()


def test_a_key_is_noted_without_its_secret(world: World) -> None:
    key, text = issue_key(organisation=world.county, name="示例单位", scopes=["stock:read"], now=NOW)
    secret = text.rpartition("_")[2]
    revoke_key(key=key, now=LATER, cause=_why(world))
    newest = _newest(key)
    assert (newest.before["revoked_at"], newest.number) == (None, 2)
    leaves = [bytes(leaf.data).decode() for leaf in Leaf.objects.filter(kind="REVISION")]
    assert not any(secret in leaf or key.secret_hash in leaf for leaf in leaves)
    revoke_key(key=key, now=LATER)
    assert revision_number(key) == 2
    require_history()


def test_names_of_persons_are_sealed_as_commitments_alone(world: World) -> None:
    change_donor(donor=world.donor, changes={"name": "示例改名"}, cause=_why(world, "示例改名本人来电"))
    leaves = b"".join(bytes(leaf.data) for leaf in Leaf.objects.filter(kind="REVISION")).decode()
    for name in ("示例捐赠人", "示例改名", "示例家庭", "示例女童", "示例村一组", "13800138000", "示例keeper"):
        assert name not in leaves
    assert "少云镇" in leaves
    newest = _newest(world.donor)
    assert (newest.before, newest.after, newest.reason) == ({}, {}, "")
    text = CommittedText.objects.get(owner_id=newest.id, field="name.after")
    assert newest.commitments["name.after"] == commitment(bytes.fromhex(text.salt), "示例改名")
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM journal_committedtext")
        assert not any("示例" in row[0] for row in cursor.fetchall())


def test_a_body_that_gives_is_named(world: World) -> None:
    firm = register_donor(organisation=world.county, kind="ORGANISATION", name="示例公司")
    assert _newest(firm).after["name"] == "示例公司"


def test_views_mask_persons_unless_asked_for(world: World) -> None:
    change_donor(donor=world.donor, changes={"name": "示例改名"}, cause=_why(world, "本人来电改名"))
    masked, plain = (
        revision_views(revisions_of(world.donor)[:1], is_masked=is_masked)[0] for is_masked in (True, False)
    )
    assert [(change.field, change.before, change.after, change.is_personal) for change in masked.changes] == [
        ("name", MASKED, MASKED, True)
    ]
    assert [(change.before, change.after) for change in plain.changes] == [("示例捐赠人", "示例改名")]
    assert masked.reason == "本人来电改名"
    assert masked.leaf_number is None
    seal_leaves(now=LATER)
    assert revision_views(revisions_of(world.donor)[:1])[0].leaf_number is not None


def test_erasing_a_person_leaves_the_log_as_it_is(world: World) -> None:
    seal_leaves(now=LATER)
    assert erase_revision_texts(row=world.family) > 0
    assert texts_of(revisions_of(world.family).values_list("id", flat=True)) == {}
    assert _fault() == ""
    assert [change.after for change in revision_views(revisions_of(world.family), is_masked=False)[0].changes][-4:] == [
        MASKED
    ] * 4


def test_a_revision_is_a_leaf_that_its_row_makes_again(world: World) -> None:
    for row in Revision.objects.all():
        assert leaf_of_revision(row).data == bytes(Leaf.objects.get(kind="REVISION", subject_id=row.id).data)


def test_who_saw_an_older_revision_is_refused(world: World) -> None:
    change_organisation(organisation=world.county, changes={"telephone": "1"}, cause=_why(world), number=1)
    with nothing_written(), pytest.raises(RevisionStale) as refusal:
        change_organisation(organisation=world.county, changes={"telephone": "2"}, cause=_why(world), number=1)
    assert refusal.value.facts == {"number": 2}


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda world: Organisation.objects.filter(id=world.county.id).update(telephone="9"), "master_changed"),
        (lambda world: Person.objects.filter(id=world.keeper.id).update(roles=["ADMINISTRATOR"]), "master_changed"),
        (lambda world: Donor.objects.filter(id=world.donor.id).update(name="别人"), "master_changed"),
        (lambda world: Programme.objects.filter(id=world.warm.id).update(is_open=False), "master_changed"),
        (lambda world: Warehouse.objects.filter(id=world.warehouse.id).update(name_zh="别处"), "master_changed"),
        (lambda world: CommittedText.objects.filter(field="name.after").update(text="别人"), "committed_text_changed"),
    ],
    ids=["telephone", "role", "donor", "programme", "warehouse", "text"],
)
def test_what_was_changed_behind_the_back_is_found(world: World, damage: object, code: str) -> None:
    seal_leaves(now=LATER)
    assert _fault() == ""
    damage(world)  # type: ignore[operator] -- a test's own damage
    assert _fault() == code


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_revision SET reason = 'x'",
        "DELETE FROM journal_revision",
        pytest.param(
            "INSERT OR REPLACE INTO journal_revision SELECT * FROM journal_revision",
            marks=pytest.mark.engine("sqlite"),
        ),
        pytest.param("TRUNCATE journal_revision", marks=pytest.mark.engine("postgresql")),
    ],
)
def test_the_database_refuses_to_change_the_history(world: World, statement: str) -> None:
    # TRUNCATE is refused to a role that owns nothing before the trigger is asked.
    with nothing_written(), pytest.raises(DatabaseError, match=r"append_only|permission denied"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)


def test_changes_at_once_are_numbered_one_after_another(committed_world: World) -> None:
    world = committed_world
    cause = Actor(world.county, world.administrator.id).cause(LATER, "同时修改的试验")

    def work(number: int) -> object:
        return change_organisation(organisation=world.county, changes={"telephone": f"{number}"}, cause=cause)

    _at_once(work)
    rows = list(revisions_of(world.county))
    assert [row.number for row in rows] == list(range(len(rows), 0, -1))
    assert len(rows) > 4
    # Each begins where the one before it ended.
    assert all(newer.before == older.after for newer, older in pairwise(rows[:-1]))
    require_history()
