"""Hardships, guardians, consents: encrypted, noted in the family's history, each with limits."""

import datetime as dt
import json

import pytest
from django.db import connection

from logistics.funds.actions import terms_on
from logistics.households.actions import HeadsOutOfBounds, MemberInput, record_household
from logistics.households.changes import correct_household, correct_member
from logistics.households.consents import (
    ConsentDateWrong,
    ConsentScopeUnknown,
    GuardianConsentNeeded,
    MemberConsentMissing,
    consents_of,
    has_consent_for,
    record_member_consent,
    withdraw_member_consent,
)
from logistics.households.eligibility import Claim, ConsentMissing, judge_eligibility
from logistics.households.family_models import Guardian, Hardship, HardshipKind, MemberConsent
from logistics.households.guardians import (
    GUARDIANS_MAX,
    GuardianMissing,
    GuardiansExhausted,
    end_guardian,
    guardians_of,
    name_of_guardian,
    note_guardian,
)
from logistics.households.hardships import (
    HARDSHIPS_MAX,
    HardshipDatesWrong,
    HardshipKindUnknown,
    HardshipMissing,
    HardshipNeedsMember,
    HardshipsExhausted,
    end_hardship,
    hardship_kinds,
    hardships_of,
    note_hardship,
)
from logistics.households.identity import IdentityNumberDisagrees, identity_warnings
from logistics.households.indexes import surname_of
from logistics.households.models import Household, Member
from logistics.households.named_guardians import GuardianIsChild, GuardianIsWard
from logistics.journal.committed import texts_of
from logistics.journal.revisions import revisions_of
from logistics.journal.verifying_history import require_history
from logistics.kernel.refusals import Refusal
from logistics.storage.secrets import blind_index
from tests.cast import World
from tests.looking import nothing_written

TODAY = dt.date(2026, 1, 12)
WOMAN, GIRL_NUMBER = "11010519491231002X", "110105201406010027"


def _grown(world: World) -> Member:
    """A mother in the girl's family, of whom the books know."""
    family = record_household(
        organisation=world.county,
        township="少云镇",
        division_code="990101001",
        head_name="示例母亲",
        members=[
            MemberInput("示例母亲", "FEMALE", dt.date(1985, 3, 2), relation="户主"),
            MemberInput("示例幼女", "FEMALE", dt.date(2016, 5, 1)),
        ],
        now=world.now,
    )
    return family.members.get(is_head=True)


def _child(mother: Member) -> Member:
    return mother.household.members.get(is_head=False)


def _note(world: World, kind: str, **more):  # type: ignore[no-untyped-def]
    return note_hardship(actor=world.partner, household=world.family, kind_code=kind, now=world.now, **more)


def test_a_hardship_is_noted_found_on_its_days_and_ended(world: World) -> None:
    row = _note(world, "ORPHAN", member=world.girl, since_on=dt.date(2025, 3, 1), evidence="示例证明")
    _note(world, "SINGLE_PARENT")
    assert _note(world, "ORPHAN", member=world.girl).id == row.id, "what stands changes nothing"
    assert hardships_of([world.family.id], on=dt.date(2025, 2, 28)) == {}
    (first, second) = hardships_of([world.family.id], on=TODAY)[world.family.id]
    assert (first.kind_code, first.member_id, first.evidence) == ("ORPHAN", world.girl.id, "示例证明")
    assert (second.kind_code, second.member_id) == ("SINGLE_PARENT", None)
    (of_boy,) = hardships_of([world.family.id], on=TODAY, member_ids=[world.boy.id])[world.family.id]
    assert of_boy.kind_code == "SINGLE_PARENT"
    end_hardship(actor=world.partner, household=world.family, hardship_id=row.id, until_on=TODAY, now=world.now)
    assert len(hardships_of([world.family.id], on=TODAY)[world.family.id]) == 2
    assert len(hardships_of([world.family.id], on=TODAY + dt.timedelta(days=1))[world.family.id]) == 1
    with nothing_written(), pytest.raises(HardshipMissing):
        end_hardship(actor=world.partner, household=world.family, hardship_id=row.id, now=world.now)
    require_history()


def test_what_reveals_is_encrypted_and_its_history_is_committed(world: World) -> None:
    mother = _grown(world)
    _note(world, "ORPHAN", member=world.girl, evidence="示例证明")
    note_guardian(actor=world.partner, ward=_child(mother), name="示例舅舅", telephone="13900139001", now=world.now)
    with connection.cursor() as cursor:
        for table in ("households_hardship", "households_guardian", "journal_revision", "journal_leaf"):
            cursor.execute(f"SELECT * FROM {table}")
            text = json.dumps([[str(value) for value in row] for row in cursor.fetchall()], ensure_ascii=False)
            for secret in ("ORPHAN", "示例证明", "示例舅舅", "13900139001"):
                assert secret not in text, (table, secret)
    newest = revisions_of(world.family)[0]
    assert "ORPHAN" in texts_of([newest.id])[newest.id]["hardships.after"]


@pytest.mark.parametrize(
    ("kind", "more", "refusal"),
    [
        ("POOR", {}, HardshipKindUnknown),
        ("ORPHAN", {}, HardshipNeedsMember),
        ("DISASTER", {"since_on": dt.date(2026, 1, 13)}, HardshipDatesWrong),
        ("DISASTER", {"since_on": TODAY, "until_on": dt.date(2026, 1, 11)}, HardshipDatesWrong),
    ],
)
def test_a_hardship_that_cannot_be_is_refused(
    world: World, kind: str, more: dict[str, object], refusal: type[Refusal]
) -> None:
    with nothing_written(), pytest.raises(refusal):
        _note(world, kind, **more)


def test_another_family_s_member_has_no_hardship_here(world: World) -> None:
    stranger = _child(_grown(world))
    with nothing_written(), pytest.raises(HardshipNeedsMember):
        _note(world, "ORPHAN", member=stranger)


def test_kinds_are_data(world: World) -> None:
    kinds = hardship_kinds()
    assert {"ORPHAN", "UNATTENDED", "SINGLE_PARENT", "DISABLED", "SERIOUS_ILLNESS", "DISASTER", "LEFT_BEHIND"} <= {
        kind.code for kind in kinds
    }
    HardshipKind.objects.filter(code="OTHER").update(is_in_use=False)
    with nothing_written(), pytest.raises(HardshipKindUnknown):
        _note(world, "OTHER")


def test_a_family_has_so_many_hardships_at_most(world: World) -> None:
    for _ in range(HARDSHIPS_MAX):
        row = _note(world, "DISASTER")
        Hardship.objects.filter(id=row.id).update(until_on=TODAY)
    with nothing_written(), pytest.raises(HardshipsExhausted):
        _note(world, "DISASTER")


def test_a_family_comes_with_its_hardships_and_one_head(world: World) -> None:
    people = [MemberInput("甲", relation="户主", hardships=("DISABLED",)), MemberInput("乙")]
    family = record_household(
        organisation=world.county,
        township="少云镇",
        division_code="990101001",
        head_name="甲",
        members=people,
        hardships=("DISASTER",),
        now=world.now,
    )
    assert [fact.kind_code for fact in hardships_of([family.id], on=TODAY)[family.id]] == ["DISASTER", "DISABLED"]
    two = [MemberInput("甲", relation="户主"), MemberInput("乙", is_head=True)]
    values = {"township": "少云镇", "division_code": "990101001", "head_name": "甲", "now": world.now}
    with nothing_written(), pytest.raises(HeadsOutOfBounds):
        record_household(organisation=world.county, members=two, **values)
    with nothing_written(), pytest.raises(HardshipNeedsMember):
        record_household(organisation=world.county, hardships=("ORPHAN",), **values)
    head, other = family.members.get(is_head=True), family.members.get(is_head=False)
    actor = world.as_actor(world.officer)
    with nothing_written(), pytest.raises(HeadsOutOfBounds):
        correct_member(actor=actor, member=other, changes={"is_head": True}, reason="户主变更", now=world.now)
    correct_member(actor=actor, member=head, changes={"is_head": False}, reason="户主变更", now=world.now)
    correct_member(actor=actor, member=other, changes={"is_head": True}, reason="户主变更", now=world.now)


def test_guardians_are_grown_and_others(world: World) -> None:
    mother = _grown(world)
    child = _child(mother)
    actor = world.partner
    row = note_guardian(actor=actor, ward=child, member=mother, relation="母亲", now=world.now)
    assert note_guardian(actor=actor, ward=child, member=mother, now=world.now).id == row.id
    uncle = note_guardian(actor=actor, ward=child, name="示例舅舅", telephone="139 0013 9001", now=world.now)
    assert note_guardian(actor=actor, ward=child, name=" 示例 舅舅 ", now=world.now).id == uncle.id
    assert uncle.telephone_index == blind_index("+8613900139001", "telephone")
    assert [name_of_guardian(one) for one in guardians_of([child.id])[child.id]] == ["示例母亲", "示例舅舅"]
    for more, refusal in (
        ({"member": child}, GuardianIsWard),
        ({"member": world.girl}, GuardianIsChild),
        ({"name": "示例童", "identity_number": GIRL_NUMBER}, GuardianIsChild),
    ):
        with nothing_written(), pytest.raises(refusal):
            note_guardian(actor=actor, ward=child, now=world.now, **more)
    for number in range(GUARDIANS_MAX - 2):
        note_guardian(actor=actor, ward=child, name=f"示例{number}", now=world.now)
    with nothing_written(), pytest.raises(GuardiansExhausted):
        note_guardian(actor=actor, ward=child, name="示例多余", now=world.now)
    end_guardian(actor=actor, ward=child, guardian_id=uncle.id, reason="搬走了", now=world.now)
    with nothing_written(), pytest.raises(GuardianMissing):
        end_guardian(actor=actor, ward=child, guardian_id=uncle.id, now=world.now)
    require_history()


def test_a_child_s_guardian_consents_and_may_withdraw(world: World) -> None:
    mother = _grown(world)
    child, actor = _child(mother), world.partner
    claim = Claim(world.girls_fund, terms_on(world.girls_fund, TODAY), child.household, child)
    with nothing_written(), pytest.raises(ConsentMissing):
        judge_eligibility(claims=[claim], on=TODAY, judged_by_id=None)
    with nothing_written(), pytest.raises(GuardianConsentNeeded):
        record_member_consent(actor=actor, member=child, scopes=["PROCESSING"], now=world.now)
    guardian = note_guardian(actor=actor, ward=child, member=mother, now=world.now)
    other = note_guardian(actor=actor, ward=world.girl, name="示例他人", now=world.now)
    with nothing_written(), pytest.raises(GuardianConsentNeeded):
        record_member_consent(actor=actor, member=child, scopes=["PHOTO"], guardian=other, now=world.now)
    scopes = ["PROCESSING", "LETTER"]
    made = record_member_consent(actor=actor, member=child, scopes=scopes, guardian=guardian, now=world.now)
    again = record_member_consent(actor=actor, member=child, scopes=scopes, guardian=guardian, now=world.now)
    assert [row.id for row in made] == [row.id for row in again]
    child.refresh_from_db()
    assert child.has_consent
    assert [has_consent_for(child, scope, TODAY) for scope in ("PROCESSING", "LETTER", "PHOTO")] == [True, True, False]
    assert not has_consent_for(child, "LETTER", TODAY - dt.timedelta(days=1))
    assert judge_eligibility(claims=[claim], on=TODAY, judged_by_id=None)[0] is not None
    withdraw_member_consent(actor=actor, member=child, scope="PROCESSING", reason="家长撤回", now=world.now)
    child.refresh_from_db()
    assert not child.has_consent
    with nothing_written(), pytest.raises(MemberConsentMissing):
        withdraw_member_consent(actor=actor, member=child, scope="PROCESSING", now=world.now)
    with nothing_written(), pytest.raises(ConsentMissing):
        judge_eligibility(claims=[claim], on=TODAY, judged_by_id=None)
    require_history()


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"scopes": ["EVERYTHING"]}, ConsentScopeUnknown),
        ({"scopes": []}, ConsentScopeUnknown),
        ({"scopes": ["PHOTO"], "given_on": dt.date(2026, 1, 13)}, ConsentDateWrong),
        ({"scopes": ["PHOTO"], "given_on": dt.date(1980, 1, 1)}, ConsentDateWrong),
    ],
)
def test_a_consent_that_cannot_be_is_refused(world: World, more: dict[str, object], refusal: type[Refusal]) -> None:
    mother = _grown(world)
    with nothing_written(), pytest.raises(refusal):
        record_member_consent(actor=world.partner, member=mother, now=world.now, **more)


def test_who_was_said_to_consent_has_a_consent_on_record(world: World) -> None:
    (row,) = consents_of(world.girl)
    assert (row.scope, row.given_by, row.guardian) == ("PROCESSING", "GUARDIAN", None)
    actor = world.as_actor(world.officer)
    correct_member(actor=actor, member=world.girl, changes={"has_consent": False}, reason="撤回同意", now=world.now)
    assert consents_of(world.girl) == []
    correct_member(actor=actor, member=world.girl, changes={"has_consent": True}, reason="重新签字", now=world.now)
    world.girl.refresh_from_db()
    assert world.girl.has_consent
    assert has_consent_for(world.girl, "PROCESSING", TODAY)
    assert MemberConsent.objects.filter(member=world.girl).count() == 2


def test_a_birth_date_that_makes_a_child_unmakes_their_own_consent(world: World) -> None:
    mother = _grown(world)
    record_member_consent(actor=world.partner, member=mother, scopes=["PROCESSING"], now=world.now)
    actor = world.as_actor(world.officer)
    row = correct_member(
        actor=actor, member=mother, changes={"born_on": dt.date(2015, 3, 2)}, reason="出生年写错", now=world.now
    )
    assert not row.has_consent


def test_number_sex_and_birth_date_say_the_same(world: World) -> None:
    values = {"township": "少云镇", "division_code": "990101001", "head_name": "甲", "now": world.now}
    family = record_household(
        organisation=world.county, members=[MemberInput("甲", identity_number=WOMAN, telephone="13700137000")], **values
    )
    member = family.members.get()
    assert (member.sex, member.born_on, member.telephone) == ("FEMALE", dt.date(1949, 12, 31), "+8613700137000")
    for wrong in ({"sex": "MALE"}, {"born_on": dt.date(1949, 12, 30)}):
        with nothing_written(), pytest.raises(IdentityNumberDisagrees):
            record_household(
                organisation=world.county, members=[MemberInput("甲", identity_number=WOMAN, **wrong)], **values
            )
        with nothing_written(), pytest.raises(IdentityNumberDisagrees):
            correct_member(
                actor=world.as_actor(world.officer), member=member, changes=wrong, reason="核对更正", now=world.now
            )
    assert identity_warnings("830000199201300022") == ["residence_permit"]
    assert identity_warnings(WOMAN) == []


@pytest.mark.parametrize(
    ("purpose", "value", "field"),
    [
        ("name", "欧阳示例", "name_index"),
        ("surname", "欧阳", "surname_index"),
        ("identity-number", WOMAN, "identity_number_index"),
        ("identity-number.last-four", "002X", "identity_last_four_index"),
        ("telephone", "+8613700137000", "telephone_index"),
        ("telephone.last-four", "7000", "telephone_last_four_index"),
    ],
)
def test_a_member_is_found_by_each_hash_under_its_own_key(world: World, purpose: str, value: str, field: str) -> None:
    record_household(
        organisation=world.county,
        township="少云镇",
        division_code="990101001",
        head_name="欧阳示例",
        members=[MemberInput("欧阳示例", identity_number=WOMAN, telephone="13700137000")],
        now=world.now,
    )
    assert Member.objects.get(**{field: blind_index(value, purpose)}).name == "欧阳示例"
    others = {"name", "surname", "telephone", "identity-number"} - {purpose}
    assert not Member.objects.filter(**{f"{field}__in": [blind_index(value, other) for other in others]}).exists()


@pytest.mark.parametrize(
    ("name", "surname"),
    [("王小明", "王"), ("欧阳娜娜", "欧阳"), ("欧阳", "欧"), ("阿依古丽·买买提", "阿依古丽"), ("", "")],
)
def test_surnames(name: str, surname: str) -> None:
    assert surname_of(name) == surname


def test_a_family_is_corrected_with_its_hashes(world: World) -> None:
    actor = world.as_actor(world.officer)
    correct_household(
        actor=actor,
        household=world.family,
        changes={"telephone": "13600136000", "head_name": "司马示例"},
        reason="换了号码",
        now=world.now,
    )
    row = Household.objects.get(head_surname_index=blind_index("司马", "surname"))
    assert row.telephone_last_four_index == blind_index("6000", "telephone.last-four")
    require_history()


def test_the_database_itself_keeps_a_ward_from_being_their_guardian(world: World) -> None:
    row = note_guardian(actor=world.partner, ward=world.girl, name="示例", now=world.now)
    with pytest.raises(Exception, match="not_the_ward"):
        Guardian.objects.filter(id=row.id).update(member=world.girl)
