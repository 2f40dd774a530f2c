"""What is known of a family at its pages: masked by role, shown once for a reason, changed, exported and erased."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from logistics.households.consents import consents_of
from logistics.households.family_models import Guardian, Hardship, HouseholdPhoto
from logistics.households.models import Erasure, PersonalDataView
from logistics.households.reasons import reasons_of
from tests.cast import World
from tests.households.test_family_photos import _photo
from tests.looking import nothing_written
from tests.replies.stage import someone
from tests.web.conftest import Visitor

SECRETS = ("示例家庭", "示例女童", "13800138000", "示例村一组")
WHY = "核对发放地址"


def _path(world: World) -> str:
    return f"/households/{world.family.id}"


def _text(answer) -> str:  # type: ignore[no-untyped-def] -- an answer
    return str(answer.content.decode())


def test_it_is_masked_and_shown_once_for_a_reason(world: World, officer: Visitor) -> None:
    path = _path(world)
    assert not [secret for secret in SECRETS if secret in _text(officer.get(f"{path}/facts"))]
    with nothing_written():
        refused = officer.client.post(f"{path}/look", {"reason": "短"})
    assert (refused.status_code, "示例女童" in _text(refused)) == (422, False)
    shown = officer.client.post(f"{path}/look", {"reason": WHY})
    assert [secret for secret in SECRETS if secret not in _text(shown)] == []
    assert "no-store" in shown["Cache-Control"]
    view = PersonalDataView.objects.get()
    assert (view.viewer_id, reasons_of([view.id])[view.id]) == (world.officer.id, WHY)
    assert "identity_number" in view.fields
    assert not [secret for secret in SECRETS if secret in _text(officer.get(f"{path}/facts"))]


def test_an_administrator_administers_and_sees_nobody(world: World) -> None:
    visitor, path = Visitor("administrator"), _path(world)
    page = _text(visitor.get(f"{path}/facts"))
    assert "查看一次" not in page
    with nothing_written():
        answer = visitor.client.post(f"{path}/look", {"reason": WHY})
    assert (answer.status_code, "示例女童" in _text(answer)) == (422, False)
    with nothing_written():
        exported = visitor.client.post(f"{path}/export", {"reason": WHY, "as": "json"})
    assert exported.status_code == 403
    assert "示例女童" not in _text(exported)


def test_hardships_guardians_consents_and_photos_are_kept_and_ended(world: World, officer: Visitor) -> None:
    path, client = _path(world), officer.client
    girl = str(world.girl.id)
    sent = client.post(f"{path}/hardships", {"hardship-kind_code": "ORPHAN", "hardship-member": girl})
    assert sent.status_code == 302
    with nothing_written():
        refused = client.post(f"{path}/hardships", {"hardship-kind_code": "ORPHAN"})
    assert (refused.status_code, "请指明是哪位成员" in _text(refused)) == (422, True)
    assert client.post(f"{path}/guardians", {"guardian-ward": girl, "guardian-name": "示例姑姑"}).status_code == 302
    with nothing_written():
        itself = client.post(f"{path}/guardians", {"guardian-ward": girl, "guardian-member": girl})
    assert (itself.status_code, "不能是被监护人本人" in _text(itself)) == (422, True)
    guardian = Guardian.objects.get()
    said = {"consent-member": girl, "consent-scopes": ["LETTER"]}
    with nothing_written():
        assert client.post(f"{path}/consents", said).status_code == 422
    assert client.post(f"{path}/consents", said | {"consent-guardian": str(guardian.id)}).status_code == 302
    photo = SimpleUploadedFile("x.jpg", _photo(), "image/jpeg")
    assert client.post(f"{path}/photos", {"photo": photo, "note": "门口"}).status_code == 302
    none = SimpleUploadedFile("x.jpg", b"no picture at all", "image/jpeg")
    with nothing_written():
        assert client.post(f"{path}/photos", {"photo": none}).status_code == 422
    page = _text(officer.get(f"{path}/facts"))
    assert "孤儿" in page and "示**" in page and "示例姑姑" not in page
    row = HouseholdPhoto.objects.get()
    looked = client.post(f"{path}/photos/{row.id}", {"reason": WHY})
    assert (looked["Content-Type"], looked.content[:2]) == ("image/jpeg", b"\xff\xd8")
    for kind, one in (("hardship", Hardship.objects.get()), ("guardian", guardian), ("photo", row)):
        assert client.post(f"{path}/end/{kind}/{one.pk}").status_code == 302
        assert client.post(f"{path}/end/anything/{one.pk}").status_code == 404
    assert client.post(f"{path}/members/{girl}/consents/LETTER/withdraw").status_code == 302
    assert [consent.scope for consent in consents_of(world.girl)] == ["PROCESSING"]
    assert Guardian.objects.get().ended_on == Hardship.objects.get().until_on == timezone.localdate()


def test_a_person_is_handed_what_is_kept_and_then_erased(world: World, officer: Visitor) -> None:
    path = f"{_path(world)}/members/{world.girl.id}"
    exported = officer.client.post(f"{path}/export", {"reason": WHY, "as": "json"})
    said = json.loads(exported.content)
    assert said["households.members"][0]["name"] == "示例女童"
    assert "示例男童" not in _text(exported)
    page = officer.client.post(f"{path}/export", {"reason": WHY, "as": "page"})
    assert "示例女童" in _text(page) and "no-store" in page["Cache-Control"]
    asked = officer.get(f"{path}/erase-all")
    assert "示例女童" not in _text(asked)
    with nothing_written():
        for values in ({}, {"cause": "ASKED", "confirm": "M-0"}, {"cause": "X", "confirm": world.girl.reference}):
            assert officer.client.post(f"{path}/erase-all", values).status_code == 422
    sent = officer.client.post(f"{path}/erase-all", {"cause": "ASKED", "confirm": world.girl.reference.lower()})
    assert sent.status_code == 302
    assert Erasure.objects.get().erased_by_id == world.officer.id
    world.girl.refresh_from_db()
    assert world.girl.name == ""


def test_a_family_with_an_open_parcel_is_not_erased(world: World, officer: Visitor) -> None:
    parcel = world.parcel()
    path = f"{_path(world)}/erase-all"
    assert parcel.code.text in _text(officer.get(path))
    with nothing_written():
        sent = officer.client.post(path, {"cause": "ASKED", "confirm": world.family.reference})
    assert sent.status_code == 422


@pytest.mark.parametrize("who", ["keeper", "courier", "auditor", "stranger"])
def test_others_find_none_of_it(world: World, who: str) -> None:
    visitor, path = Visitor(who), _path(world)
    for page in ("facts", "erase-all"):
        assert visitor.get(f"{path}/{page}").status_code == 404
    with nothing_written():
        for step in ("look", "hardships", "guardians", "consents", "photos", "export"):
            assert visitor.client.post(f"{path}/{step}", {"reason": WHY}).status_code == 404


def test_a_liaison_records_what_a_visit_showed_and_ends_nothing(world: World, officer: Visitor) -> None:
    path = _path(world)
    someone(world, "liaison", "LIAISON")
    client = Visitor("liaison").client
    sent = client.post(f"{path}/hardships", {"hardship-kind_code": "ORPHAN", "hardship-member": str(world.girl.id)})
    row = Hardship.objects.get()
    assert (sent.status_code, row.kind_code) == (302, "ORPHAN")
    shown = client.get(f"{path}/facts")
    assert [secret for secret in SECRETS if secret in _text(shown)] == []
    assert f"/end/hardship/{row.id}" not in _text(shown)
    assert f"/end/hardship/{row.id}" in _text(officer.get(f"{path}/facts"))
    with nothing_written():
        for step in (f"end/hardship/{row.id}", "erase-all"):
            assert client.post(f"{path}/{step}", {"reason": WHY}).status_code == 404
