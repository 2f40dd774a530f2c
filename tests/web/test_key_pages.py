"""Keys at the pages: an administrator issues, replaces, bounds and revokes; nobody else sees them."""

import re

import pytest

from logistics.partners.key_texts import KEY_PATTERN
from logistics.partners.known import forget_key
from logistics.partners.models import ApiKey, Sandbox
from tests.api.conftest import Partner
from tests.cast import World
from tests.web.conftest import Visitor


@pytest.fixture
def administrator(world: World) -> Visitor:
    """The administrator at a page."""
    return Visitor("administrator")


def _issue(visitor: Visitor, **more: object) -> str:
    values = {"name": "示例基金会", "over": "示例县", "kind": "PARTNER", "days": "365", "scopes": ["parcels:read"]}
    page = visitor.send("/keys", **values | more)
    assert page.status_code == 200, page.context["form"].errors
    assert page["Cache-Control"] == "no-store"
    found = re.search(KEY_PATTERN, page.content.decode())
    assert found is not None
    return found[0]


def test_a_key_is_issued_shown_once_and_listed(administrator: Visitor) -> None:
    assert "还没有密钥" in administrator.get("/keys").content.decode()
    text = _issue(administrator, networks="127.0.0.0/8\n2001:db8::/32")
    assert Partner(text).get("/parcels").status_code == 200
    row = ApiKey.objects.get()
    assert row.networks == ["127.0.0.0/8", "2001:db8::/32"]
    for path in ("/keys", f"/keys/{row.id}"):
        page = administrator.get(path).content.decode()
        assert row.prefix in page and text not in page and "127.0.0.0/8" in page


def test_a_form_that_is_sent_twice_issues_one_key(administrator: Visitor) -> None:
    token = administrator.get("/keys").context["form"]["once"].value()
    values = {"name": "x", "over": "示例县", "kind": "PARTNER", "days": "30", "scopes": ["admin"], "once": token}
    assert administrator.client.post("/keys", values).status_code == 200
    again = administrator.client.post("/keys", values)
    assert again.status_code == 422 and "只显示一次" in again.content.decode()
    assert ApiKey.objects.count() == 1


def test_bad_input_is_refused_beside_its_field(administrator: Visitor) -> None:
    page = administrator.send("/keys", name="x", over="示例县", kind="PARTNER", days="365", networks="10.0.0.1/8")
    assert page.status_code == 422 and page.context["form"].errors["scopes"]
    page = administrator.send(
        "/keys", name="x", over="示例县", kind="PARTNER", days="365", scopes=["admin"], networks="10.0.0.1/8"
    )
    assert "网段" in str(page.context["form"].errors["networks"])
    page = administrator.send("/keys", name="x", over="邻县", kind="PARTNER", days="365", scopes=["admin"])
    assert page.context["form"].errors["over"]
    assert not ApiKey.objects.exists()


def test_a_key_is_replaced_changed_and_revoked(administrator: Visitor) -> None:
    old_text = _issue(administrator)
    old = ApiKey.objects.get()
    page = administrator.client.post(f"/keys/{old.id}/rotate", {"overlap_hours": "24", "days": "365"})
    new_text = re.findall(KEY_PATTERN, page.content.decode())[0]
    assert page["Cache-Control"] == "no-store" and new_text != old_text
    assert Partner(old_text).get("/parcels").status_code == Partner(new_text).get("/parcels").status_code == 200
    again = administrator.client.post(f"/keys/{old.id}/rotate", {"overlap_hours": "24", "days": "365"})
    assert again.status_code == 302 and "已换过" in administrator.get(f"/keys/{old.id}").content.decode()
    new = ApiKey.objects.get(replaces=old)
    values = {"name": "新名称", "networks": "198.51.100.0/24", "change": ""}
    assert administrator.client.post(f"/keys/{new.id}", values).status_code == 422
    assert administrator.client.post(f"/keys/{new.id}", values | {"reason": "换了机房"}).status_code == 302
    assert Partner(new_text).get("/parcels").status_code == 403
    assert administrator.client.post(f"/keys/{old.id}", {"end": "", "end-reason": "已经换好"}).status_code == 302
    assert Partner(old_text).get("/parcels").status_code == 401
    shown = administrator.get(f"/keys/{old.id}").content.decode()
    assert "已停用" in shown and "已经换好" in shown and "停用这个密钥" not in shown


def test_a_sandbox_opens_with_its_first_key_and_is_begun_anew(administrator: Visitor) -> None:
    text = _issue(administrator, kind="TEST", scopes=["parcels:read"])
    assert text.startswith("nuanliu_test_")
    first = Sandbox.objects.get()
    assert f"{first.mark}-fund" in administrator.get("/keys").content.decode()
    assert administrator.client.post("/keys/sandbox").status_code == 302
    assert f"{first.mark}-fund" not in administrator.get("/keys").content.decode()
    assert Partner(text).get("/parcels").status_code == 200


def test_nobody_else_finds_the_page(world: World, administrator: Visitor) -> None:
    _issue(administrator)
    key = ApiKey.objects.get()
    for visitor in (Visitor("officer"), Visitor("stranger")):
        for path in ("/keys", f"/keys/{key.id}"):
            assert visitor.get(path).status_code == 404
        assert visitor.client.post(f"/keys/{key.id}/rotate", {"overlap_hours": "0", "days": "30"}).status_code == 404
    assert Visitor().get("/keys").status_code == 302


def test_a_key_under_a_mandate_reads_its_books_and_ends_with_it(world: World, administrator: Visitor) -> None:
    path = f"/audit/mandates/{world.mandate.id}"
    assert f"{path}/key" in administrator.get(path).content.decode()
    page = administrator.send(f"{path}/key", name="审计软件", days="30", networks="")
    found = re.search(KEY_PATTERN, page.content.decode())
    assert found is not None and "/api/v1/ledgers/funds" in page.content.decode()
    program = Partner(found[0])
    assert program.get("/ledgers/funds").status_code == 200
    assert program.get("/parcels").status_code == 403
    row = ApiKey.objects.get()
    assert (row.mandate, row.scopes) == (world.mandate, ["ledgers:read"])
    administrator.client.post(path, {"step": "end", "end-reason": "提前结束审计"})
    forget_key(row.prefix)
    assert program.get("/ledgers/funds").status_code == 403
    refused = administrator.send(f"{path}/key", name="审计软件", days="30", networks="")
    assert refused.status_code == 422 and ApiKey.objects.count() == 1


def test_nobody_but_an_administrator_issues_a_key_under_a_mandate(world: World) -> None:
    path = f"/audit/mandates/{world.mandate.id}/key"
    for name in ("officer", "auditor"):
        assert Visitor(name).client.post(path, {"name": "x", "days": "30"}).status_code == 404
    assert not ApiKey.objects.exists()
