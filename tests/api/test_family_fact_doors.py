"""What is known of a family through the API: hardships, guardians, consents, photos, each shown as far as it may be."""

import hashlib
from typing import Any

import pytest
from django.utils import timezone

from logistics.households.consents import CONSENT_AGE, has_consent_for
from logistics.households.hardships import EVIDENCE_LENGTH_MAX, EvidenceTooLong, note_hardship
from logistics.households.models import PersonalDataView
from tests.api.conftest import Clerk, Partner, partner_of
from tests.cast import World
from tests.looking import nothing_written
from tests.replies.stage import picture


@pytest.fixture
def path(world: World) -> str:
    """The address of the family."""
    return f"/households/{world.family.id}"


@pytest.fixture
def girl(world: World, path: str) -> str:
    """The address of the girl."""
    return f"{path}/members/{world.girl.id}"


@pytest.fixture
def officer(world: World) -> Clerk:
    """The officer, signed in."""
    return Clerk(world.officer)


def test_hardships_are_noted_and_ended(world: World, officer: Clerk, path: str) -> None:
    kinds = {row["code"]: row for row in officer.get("/hardship-kinds").json()["items"]}
    assert kinds["ORPHAN"]["is_of_person"] is True and kinds["ORPHAN"]["name"]["zh"]
    nobody = officer.post(f"{path}/hardships", {"kind": "ORPHAN"})
    assert (nobody.status_code, nobody.json()["errors"][0]["pointer"]) == (422, "/member")
    unknown = officer.post(f"{path}/hardships", {"kind": "MOON"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "hardship_kind_unknown")
    said = {"kind": "ORPHAN", "member": str(world.girl.id), "evidence": "民政证明 12 号"}
    made = officer.post(f"{path}/hardships", said)
    assert made.status_code == 201, made.content
    assert officer.post(f"{path}/hardships", said).json() == made.json()
    read = officer.get(f"{path}/facts?unmask=true&reason=核对材料").json()
    assert (read["hardships"][0]["kind"], read["hardships"][0]["evidence"]) == ("ORPHAN", "民政证明 12 号")
    ended = officer.post(f"{path}/hardships/{made.json()['id']}/end", {"until_on": "2000-01-01"})
    assert (ended.status_code, ended.json()["errors"][0]["pointer"]) == (422, "/until_on")
    assert officer.post(f"{path}/hardships/{made.json()['id']}/end", {}).status_code == 200
    assert officer.post(f"{path}/hardships/{made.json()['id']}/end", {}).status_code == 404


def test_evidence_is_refused_where_it_is_too_long(world: World, officer: Clerk, path: str) -> None:
    said = {"kind": "ORPHAN", "member": str(world.girl.id)}
    actor, household = world.as_actor(world.officer), world.family
    with nothing_written(), pytest.raises(EvidenceTooLong):
        note_hardship(
            actor=actor,
            household=household,
            kind_code="ORPHAN",
            member=world.girl,
            evidence="证" * (EVIDENCE_LENGTH_MAX + 1),
            now=world.now,
        )
    with nothing_written():
        long = officer.post(f"{path}/hardships", {**said, "evidence": "证" * (EVIDENCE_LENGTH_MAX + 1)}, key=None)
        assert (long.status_code, long.json()["errors"][0]["pointer"]) == (422, "/evidence")
    assert officer.post(f"{path}/hardships", {**said, "evidence": "证" * EVIDENCE_LENGTH_MAX}).status_code == 201


def test_a_guardian_signs_for_a_child_and_withdraws(world: World, officer: Clerk, girl: str, path: str) -> None:
    today = timezone.localdate()
    without = officer.post(f"{girl}/consents", {"scopes": ["PHOTO"]})
    assert (without.status_code, without.json()["code"]) == (422, "guardian_consent_needed")
    assert without.json()["facts"]["age"] == CONSENT_AGE
    ward = officer.post(f"{girl}/guardians", {"member": str(world.girl.id)})
    assert (ward.status_code, ward.json()["code"]) == (422, "guardian_is_ward")
    nameless = officer.post(f"{girl}/guardians", {})
    assert (nameless.status_code, nameless.json()["errors"][0]["pointer"]) == (422, "/name")
    guardian = officer.post(f"{girl}/guardians", {"name": "示例奶奶", "telephone": "13800138000", "relation": "祖母"})
    assert guardian.status_code == 201, guardian.content
    key = guardian.json()["id"]
    given = officer.post(f"{girl}/consents", {"scopes": ["PHOTO", "LETTER"], "guardian": key})
    assert (given.status_code, sorted(given.json()["scopes"])) == (201, ["LETTER", "PHOTO"])
    assert has_consent_for(world.girl, "PHOTO", today)
    masked = officer.get(f"{path}/facts").json()["guardians"][0]
    assert masked["name"] != "示例奶奶" and "13800138000" not in str(masked)
    assert officer.get(f"{path}/facts?unmask=1&reason=联系监护人").json()["guardians"][0]["name"] == "示例奶奶"
    assert officer.post(f"{girl}/consents/PHOTO/withdraw", {"reason": "家人不愿意"}).status_code == 200
    assert not has_consent_for(world.girl, "PHOTO", today) and has_consent_for(world.girl, "LETTER", today)
    twice = officer.post(f"{girl}/consents/PHOTO/withdraw", {})
    assert (twice.status_code, twice.json()["code"]) == (404, "member_consent_missing")
    assert officer.post(f"{girl}/guardians/{key}/end", {"reason": "改由姑姑照顾"}).status_code == 200
    assert officer.get(f"{path}/facts").json()["guardians"] == []
    assert officer.get(f"{path}/facts?unmask=true").status_code == 422


def _sent(clerk: Partner, address: str, photo: bytes, media_type: str = "image/jpeg", key: str = "photo") -> Any:
    headers = {"Idempotency-Key": key}
    if clerk.key:
        headers["Authorization"] = f"Bearer {clerk.key}"
    return clerk.client.post(f"/api/v1{address}", photo, content_type=media_type, headers=headers)


def test_photos_are_kept_without_a_place_and_looked_at_with_a_reason(officer: Clerk, path: str) -> None:
    photo = picture()
    made = _sent(officer, f"{path}/photos", photo)
    assert made.status_code == 201, made.content
    assert _sent(officer, f"{path}/photos", photo, key="again").json() == made.json()
    for wrong, media_type, status in ((b"no picture", "image/jpeg", 422), (photo, "text/plain", 415)):
        assert _sent(officer, f"{path}/photos", wrong, media_type, key=media_type + str(status)).status_code == status
    one = f"{path}/photos/{made.json()['id']}"
    assert officer.get(one).json()["errors"][0]["pointer"] == "/reason"
    before = PersonalDataView.objects.count()
    shown = officer.get(f"{one}?reason=核对照片")
    assert shown.headers["Content-Type"] == "image/jpeg" and PersonalDataView.objects.count() == before + 1
    assert hashlib.sha256(shown.content).digest() != hashlib.sha256(photo).digest() and b"Exif" not in shown.content
    assert officer.post(f"{one}/erase").status_code == 200
    assert officer.get(f"{one}?reason=核对照片").status_code == 404


def test_a_key_sees_what_the_table_gives_to_partners(world: World, officer: Clerk, path: str) -> None:
    officer.post(f"{path}/hardships", {"kind": "ORPHAN", "member": str(world.girl.id), "evidence": "证明"})
    read = partner_of(world.county, "households:read", now=timezone.now()).get(f"{path}/facts").json()
    assert ("hardships" in read["hidden"]) == (read["hardships"] == [])
    assert all(row["evidence"] == "" for row in read["hardships"])


def test_outsiders_find_nothing(officer: Clerk, outsider: Partner, path: str, girl: str) -> None:
    guardian = officer.post(f"{girl}/guardians", {"name": "示例奶奶"}).json()["id"]
    photo = _sent(officer, f"{path}/photos", picture()).json()["id"]
    with nothing_written():
        assert outsider.get(f"{path}/facts").status_code == 404
        assert outsider.get(f"{path}/photos/{photo}?reason=我想看看").status_code == 404
        assert _sent(outsider, f"{path}/photos", picture()).status_code == 404
        for address, said in (
            (f"{path}/hardships", {"kind": "ORPHAN"}),
            (f"{path}/photos/{photo}/erase", {}),
            (f"{girl}/guardians", {"name": "陌生人"}),
            (f"{girl}/guardians/{guardian}/end", {}),
            (f"{girl}/consents", {"scopes": ["PHOTO"]}),
            (f"{girl}/consents/PHOTO/withdraw", {}),
        ):
            assert outsider.post(address, said, key=None).status_code == 404, address
