"""On a telephone an officer is shown the boxes of a signed sheet one by one, and decides on those that were shown."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from logistics.press.returned_models import BoxView, ReturnedPaper, ReturnedRow
from logistics.press.returned_requests import ask_to_read_sheets
from tests.browser.conftest import DESK, PHONE
from tests.cast import raise_curtain
from tests.press.returning import families_with_parcels, flat_photo, printed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
ROWS, SECONDS_MAX = 10, 120
SHOTS = os.environ.get("NUANLIU_SHOTS", "")


def _paper() -> ReturnedPaper:
    world = raise_curtain()
    families_with_parcels(world, ROWS)
    photo = flat_photo(printed(world), ["name", "nothing"] * (ROWS // 2))
    paper = ask_to_read_sheets(actor=world.partner, files=[photo], now=world.now)
    until = time.monotonic() + SECONDS_MAX
    while paper.state != "DONE":
        assert time.monotonic() < until, "the worker reads it"
        time.sleep(0.2)
        paper.refresh_from_db()
    return paper


def _shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def _looked() -> set[int]:
    return set(BoxView.objects.values_list("row__row__position", flat=True))


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-CN"), (DESK, "en")])
def test_only_boxes_that_were_on_the_screen_are_decided_on(visit: Any, size: tuple[int, int], language: str) -> None:
    path = f"/returned-sheets/{_paper().id}"
    page = visit(size=size, language=language).sign_in("officer").open(path)
    page.wait_for_load_state("networkidle")
    at_first = _looked()
    assert len(at_first) < ROWS / 2, "what is below the screen is not fetched"
    page.locator("ol.boxes > li").nth(2).scroll_into_view_if_needed()
    page.wait_for_function("document.querySelectorAll('img[data-box]')[2].complete")
    page.wait_for_load_state("networkidle")
    looked = _looked()
    assert {3} <= looked < set(range(1, ROWS + 1))
    _shot(page, f"boxes-{language}-scrolled")
    # The form is sent from where the screen is, as by the key Enter.
    page.evaluate("document.querySelector('ol.boxes').closest('form').submit()")
    page.wait_for_selector("main > p.note.warning")
    _shot(page, f"boxes-{language}-told")
    decided = ReturnedRow.objects.exclude(decision="").values_list("row__position", flat=True)
    assert set(decided) == looked
    page.goto(page.url)
    for place in range(ROWS):
        page.locator("ol.boxes > li").nth(place).scroll_into_view_if_needed()
        page.wait_for_timeout(200)
    page.wait_for_load_state("networkidle")
    _shot(page, f"boxes-{language}-end")
    page.click("button.huge")
    page.wait_for_load_state()
    assert not ReturnedRow.objects.filter(decision="").exists()
