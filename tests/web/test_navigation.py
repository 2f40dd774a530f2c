"""The navigation: a page lies in its section, deeper pages too, and whoever opens few pages sees them at once."""

from tests.cast import World
from tests.web.conftest import Visitor


def test_a_page_and_what_lies_below_it_are_marked_in_their_section(officer: Visitor) -> None:
    for path in ("/payment-batches", "/grants"):
        shown = _shown(officer, path)
        assert (str(shown.section.words), shown.way.name) == ("资金", "web:grants")
        assert {"web:gifts", "web:funds", "web:grants"} <= {way.name for way in shown.ways}
    assert _shown(officer, "/audit").way.name == "web:audit"


def test_the_first_page_shows_sections_only(officer: Visitor) -> None:
    shown = _shown(officer, "/")
    assert shown.way is None
    assert shown.ways == []
    assert [str(section.words) for section, _ in shown.sections] == ["物资", "包裹", "家庭", "志愿服务", "资金", "账簿"]


def test_whoever_opens_few_pages_sees_them_at_once(world: World) -> None:
    shown = _shown(Visitor("courier"), "/rounds")
    assert shown.sections == []
    assert "web:rounds" in {way.name for way in shown.ways}


def test_an_address_that_only_begins_alike_is_another(officer: Visitor) -> None:
    assert _shown(officer, "/nothing").way is None
    assert _shown(officer, "/moneybag").way is None


def _shown(visitor: Visitor, path: str):  # type: ignore[no-untyped-def]
    return visitor.get(path).context["navigation"]
