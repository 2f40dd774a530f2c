"""The pages of replies: a family writes by its card, an officer looks, a donor reads."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from logistics.replies.models import ReplyCard
from tests.cast import World
from tests.replies.stage import card_of, delivered, picture, reply_of
from tests.web.conftest import Visitor

PERSONAL = ("示例家庭", "示例女童", "示例村", "13800138000")


def test_a_family_writes_by_its_card_an_officer_releases_it_a_donor_reads_it(world: World, officer: Visitor) -> None:
    card = card_of(world, delivered(world))
    family = Visitor()
    assert f"/Q/{card.text}/reply" in family.get(f"/Q/{card.text}").content.decode()
    sent = family.send(
        f"/Q/{card.text}/reply",
        text="我是示例女童，谢谢，很暖和",
        photo=SimpleUploadedFile("a.jpg", picture(), "image/jpeg"),
    )
    assert "我们收到了" in sent.content.decode()
    reply = ReplyCard.objects.get()
    page = officer.get(f"/replies/{reply.id}").content.decode()
    assert "<mark" in page
    assert "我是【名字】，谢谢，很暖和" in page
    assert officer.get(f"/replies/{reply.id}/picture.jpg")["Cache-Control"] == "no-store"
    covered = officer.client.post(f"/replies/{reply.id}/cover", {"boxes": "0,0,500,500;500,500,500,500"})
    assert covered.status_code == 302
    values = {"text": "我是【名字】，谢谢，很暖和", "with_picture": "on"}
    assert officer.client.post(f"/replies/{reply.id}/release", values).status_code == 422
    assert officer.client.post(f"/replies/{reply.id}/release", values | {"has_looked": "on"}).status_code == 302
    gift = world.donor.donations.get()
    donor = family.get(f"/Q/{gift.code.text}").content.decode()
    assert "谢谢，很暖和" in donor
    assert not any(word in donor for word in PERSONAL)
    (address,) = re.findall(r"/Q/\w+/thanks/[\w-]+\.jpg", donor)
    shown = family.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    officer.client.post(f"/replies/{reply.id}/withdraw", {"reason": "家长要求撤回"})
    assert "谢谢，很暖和" not in family.get(f"/Q/{gift.code.text}").content.decode()
    assert family.get(address).status_code == 404


def test_who_recorded_it_is_told_that_another_releases_it(world: World, officer: Visitor) -> None:
    parcel = delivered(world)
    done = officer.send("/replies/new", code=parcel.code.text, text="谢谢")
    assert done.status_code == 302
    reply = ReplyCard.objects.get()
    assert "请由另一人审核" in officer.get(f"/replies/{reply.id}").content.decode()
    refused = officer.client.post(f"/replies/{reply.id}/release", {"text": "谢谢"})
    assert (refused.status_code, "不能自己公开" in refused.content.decode()) == (422, True)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_list_that_is_empty_says_what_to_do(world: World, language: str) -> None:
    words = {"zh-CN": "还没有回音", "en": "No reply yet"}
    assert words[language] in Visitor("officer", language).get("/replies").content.decode()


def test_strangers_and_other_roles_find_nothing(world: World) -> None:
    reply = reply_of(world)
    assert Visitor("stranger").get(f"/replies/{reply.id}").status_code == 404
    assert Visitor("stranger").get("/replies").content.decode().count("state waiting") == 0
    assert Visitor("auditor").get("/replies").status_code == 404
    assert Visitor("courier").get(f"/replies/{reply.id}").status_code == 404
    assert Visitor().get(f"/replies/{reply.id}").status_code == 302
    assert Visitor().get(f"/Q/{world.donor.donations.get().code.text}/reply").status_code == 302


def test_bad_input_is_refused_in_words(world: World, officer: Visitor) -> None:
    refused = officer.send("/replies/new", code="ABC", text="谢谢")
    assert refused.status_code == 422
    reply = reply_of(world, "", picture())
    for boxes in ("", "1,2,3", "a,b,c,d", "1,2,3,-4", "900,0,200,10"):
        assert officer.client.post(f"/replies/{reply.id}/cover", {"boxes": boxes}).status_code == 422
    assert officer.client.post(f"/replies/{reply.id}/nonsense", {}).status_code == 404
    assert officer.client.get(f"/replies/{reply.id}/release").status_code == 405
