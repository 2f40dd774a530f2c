"""The visits to a family at its page: seen by whom it concerns, words and photos for a reason that is logged."""

import hashlib

import pytest
from django.utils import timezone

from logistics.deliveries.proofs import keep_proof
from logistics.households.models import PersonalDataView
from logistics.households.proof_models import ProofView
from logistics.households.reasons import reasons_of
from logistics.needs.inputs import NeedInput, VisitInput
from logistics.needs.models import VisitPhoto
from logistics.needs.visits import record_visits
from logistics.storage.rows import new_id
from tests.cast import World
from tests.households.test_family_photos import _photo
from tests.looking import nothing_written
from tests.replies.stage import someone
from tests.web.conftest import Visitor

NOTE, WHY = "奶奶一个人带孩子", "安排上门发放"


@pytest.fixture
def path(world: World) -> str:
    """Somebody was there, lacking was a coat, two photos were taken and one has come; another visit was taken back."""
    data, now = _photo(), timezone.now()
    photos = (hashlib.sha256(data).hexdigest(), "a" * 64)
    coat = NeedInput(new_id(), "CLOTHES", 2, text="没有冬衣")
    said = {"household_id": world.family.id, "visited_at": now, "met": "HEAD"}
    first = VisitInput(visit_id=new_id(), note=NOTE, photos=photos, needs=(coat,), **said)  # type: ignore[arg-type] -- a test's own words
    wrong = VisitInput(visit_id=new_id(), **said)  # type: ignore[arg-type] -- the same
    back = VisitInput(visit_id=new_id(), undoes=wrong.visit_id, **said)  # type: ignore[arg-type] -- the same
    answers = record_visits(actor=world.partner, visits=[first, wrong, back], now=now)
    assert [one.outcome for one in answers] == ["RECORDED"] * 3, answers
    keep_proof(actor=world.partner, sha256=photos[0], data=data, now=now)
    someone(world, "liaison", "LIAISON")
    return f"/households/{world.family.id}/visits"


def test_visits_are_listed_and_words_read_for_a_reason(world: World, path: str) -> None:
    liaison = Visitor("liaison")
    text = liaison.get(path).content.decode()
    assert ("冬" in text, NOTE in text, text.count("已撤回"), text.count("户主")) == (False, False, 1, 2)
    assert text.count("查看照片") == 1 and "尚未上传" in text and "/needs/" in text
    with nothing_written():
        assert liaison.client.post(path, {"reason": "短"}).status_code == 422
    read = liaison.client.post(path, {"reason": WHY})
    assert NOTE in read.content.decode() and "no-store" in read["Cache-Control"]
    view = PersonalDataView.objects.get()
    assert (view.household, reasons_of([view.id])[view.id]) == (world.family, WHY)
    assert path in liaison.get(f"/households/{world.family.id}/facts").content.decode()


def test_a_photo_of_a_visit_is_looked_at_for_a_reason(world: World, path: str) -> None:
    liaison, row = Visitor("liaison"), VisitPhoto.objects.get(arrived_at__isnull=False)
    waiting = VisitPhoto.objects.exclude(id=row.id).get()
    with nothing_written():
        assert liaison.client.post(f"{path}/photos/{row.id}").status_code == 422
        assert liaison.client.post(f"{path}/photos/{waiting.id}", {"reason": WHY}).status_code == 404
        assert liaison.client.get(f"{path}/photos/{row.id}").status_code == 405
        # An administrator administers, and sees no photo of anybody's home.
        seen = Visitor("administrator").client.post(f"{path}/photos/{row.id}", {"reason": WHY})
        assert (seen.status_code, seen["Content-Type"].startswith("image/")) == (403, False)
    seen = liaison.client.post(f"{path}/photos/{row.id}", {"reason": WHY})
    assert (seen["Content-Type"], seen.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert "no-store" in seen["Cache-Control"]
    assert ProofView.objects.get().proof.sha256 == row.sha256


@pytest.mark.parametrize("who", ["keeper", "courier", "auditor", "stranger"])
def test_others_find_no_visit(world: World, path: str, who: str) -> None:
    client, row = Visitor(who).client, VisitPhoto.objects.get(arrived_at__isnull=False)
    with nothing_written():
        for answer in (client.get(path), client.post(path, {"reason": WHY})):
            assert answer.status_code == 404
        assert client.post(f"{path}/photos/{row.id}", {"reason": WHY}).status_code == 404


def test_a_family_without_a_visit_says_what_to_do(world: World, officer: Visitor) -> None:
    text = officer.get(f"/households/{world.family.id}/visits").content.decode()
    assert "还没有人走访过这一家" in text and 'href="/visits/"' in text
