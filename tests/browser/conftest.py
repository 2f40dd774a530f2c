"""A browser that watches: nothing from elsewhere, nothing that the policy stops, nothing wider than the phone."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import running_browser
from tests.cast import PASSWORD

PHONE, DESK = (360, 740), (1280, 900)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with running_browser() as browser:
        yield browser


class Visitor:
    """Somebody at a screen."""

    def __init__(self, browser: Browser, address: str, size: tuple[int, int] = DESK, language: str = "zh-CN") -> None:
        self.address, self.troubles = address, list[str]()
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=language)
        self.page: Page = context.new_page()
        self.page.on("request", self._look_at)
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def sign_in(self, username: str, password: str = PASSWORD) -> "Visitor":
        """Sign in at the page."""
        self.open("/sign-in")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", password)
        self.page.click("main form button")
        self.page.wait_for_load_state()
        return self

    def open(self, path: str) -> Page:
        """Open a page and look whether it fits the screen."""
        self.page.goto(f"{self.address}{path}")
        self.page.wait_for_load_state()
        self.assert_fits()
        return self.page

    def assert_fits(self) -> None:
        """Assert that nothing makes the page wider than the screen."""
        over: Any = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{self.page.url} is {over} pixels too wide"

    def _look_at(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.troubles.append(f"asked elsewhere: {request.url}")

    def _hear(self, kind: str, text: str) -> None:
        # A page that is not there, or a form that is refused, says so in the console too.
        if kind in {"error", "warning"} and "status of 4" not in text:
            self.troubles.append(text)


@pytest.fixture
def visit(browser: Browser, live_app: str) -> Iterator[Any]:
    """Make visitors; at the end none of them has met a trouble."""
    made: list[Visitor] = []

    def make(size: tuple[int, int] = DESK, language: str = "zh-CN") -> Visitor:
        made.append(Visitor(browser, live_app, size, language))
        return made[-1]

    yield make
    troubles = [trouble for visitor in made for trouble in visitor.troubles]
    for visitor in made:
        visitor.page.context.close()
    assert troubles == []
