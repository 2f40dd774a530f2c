"""Debian's Chromium, driven by Playwright, with a Chinese font of our own: a bare machine has none."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from labels.fonts import font_path

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>"""


# Playwright keeps an event loop in this thread, in which Django would refuse to speak to the database. Nothing here
# runs at the same time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start a browser, and end it."""
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("Chromium is missing. As root, run: apt-get install --yes chromium")
    with tempfile.TemporaryDirectory(prefix="nuanliu-fonts-") as folder, sync_playwright() as playwright:
        config = Path(folder) / "fonts.conf"
        config.write_text(FONTS.format(folder=font_path().parent, cache=folder))
        env = {**os.environ, "FONTCONFIG_FILE": str(config)}
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES, env=env)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def another_browser(browser: Browser, *switches: str) -> Iterator[Browser]:
    """Start one more browser beside the first, with switches of its own, and end it."""
    program = shutil.which("chromium")
    made = browser.browser_type.launch(executable_path=program, args=[*SWITCHES, *switches])
    try:
        yield made
    finally:
        made.close()
