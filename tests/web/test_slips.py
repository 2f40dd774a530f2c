"""The code on a family's slip says how far its application is; the one on a notice leads to the notice. No name."""

import re

from logistics.codes.models import Code
from logistics.lists.models import Application
from logistics.press.papers.paper_codes import codes_for
from tests.cast import World
from tests.lists.conftest import make_listing
from tests.web.conftest import Visitor


def test_a_slip_follows_its_application_to_the_notice(world: World) -> None:
    listing = make_listing(world)
    listing.rules()
    application = listing.file(listing.family())
    code = _code(application)
    assert "正在审核" in _page(code)
    listing.accept(application)
    assert "将列入下一次公示" in _page(code)
    notice = listing.notice()
    page = _page(code)
    assert f'href="/notices/{notice.id}"' in page
    assert application.reference in page
    assert "示例" not in re.sub(r"示例县妇女联合会|示例妇女联合会", "", _text(page)), "no name of anybody"


def test_the_code_of_a_notice_leads_to_it(world: World) -> None:
    listing = make_listing(world)
    listing.rules()
    listing.accepted(listing.family())
    notice = listing.notice()
    (code,) = codes_for(kind="PAPER", subjects=[notice.id], organisation_id=notice.organisation_id)
    answer = Visitor().get(f"/Q/{code.text}")
    assert (answer.status_code, answer["Location"]) == (302, f"/notices/{notice.id}")


def _code(application: Application) -> Code:
    (code,) = codes_for(kind="PAPER", subjects=[application.id], organisation_id=application.organisation_id)
    return code


def _page(code: Code) -> str:
    return Visitor().get(f"/Q/{code.text}").content.decode()


def _text(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
