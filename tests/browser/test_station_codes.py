"""Codes are read in the browser as the kernel reads them: thousands of codes, right, wrong, swapped and foreign."""

import random
from typing import Any

import pytest

from logistics.kernel.codes import ALPHABET, KIND_LETTERS, BadCheck, ForeignCode, grouped, make_code, read_code
from tests.browser.station import Phone

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
PLACE = {"mark": "7K", "host": "nuanliu.example"}
CODES = 3_000
_READ = """async ([texts, place]) => {
    const { readCode } = await import(`/scan/app/${document.body.dataset.version}/codes.js`);
    return texts.map((text) => { try { return readCode(text, place); } catch (error) { return error.outcome; } });
}"""


def _spoilt(code: str, chance: random.Random) -> str:
    """Write a code as people and printers do: grouped, in its address, with slips of the pen."""
    signs = list(code)
    kind = chance.randrange(9)
    if kind == 1:
        signs[chance.randrange(20)] = chance.choice(ALPHABET)
    if kind == 2:
        first, second = chance.sample(range(20), 2)
        signs[first], signs[second] = signs[second], signs[first]
    if kind == 3:
        signs = signs[: chance.randrange(20)]
    text = "".join(signs)
    forms = [text, grouped(text), text.lower(), f"HTTPS://NUANLIU.EXAMPLE/Q/{text}", f" {text}\u3000"]
    forms += [f"https://nuanliu.example/q/{text}/", f"HTTPS://ELSEWHERE.EXAMPLE/Q/{text}", f"/Q/{text}"]
    forms += [text.replace("1", "l").replace("0", "O"), "".join(chr(ord(sign) + 0xFEE0) for sign in text)]
    return chance.choice(forms)


def _as_kernel(text: str) -> str:
    try:
        return read_code(text, mark=PLACE["mark"], host=PLACE["host"])
    except ForeignCode:
        return "FOREIGN_CODE"
    except BadCheck:
        return "BAD_CHECK"


def test_the_browser_reads_codes_as_the_kernel_does(browser: Any, live_app: str) -> None:
    chance = random.Random(5)
    kinds, marks = sorted(KIND_LETTERS), ["7K", "7K", "7K", "00"]
    texts = [
        _spoilt(make_code(chance.choice(kinds), chance.choice(marks), chance.getrandbits(75)), chance)
        for _ in range(CODES)
    ]
    texts += ["", " ", "/Q/", "http://", "é" * 20, "a" * 201, "P7K0:0000", "\u2013" * 20]
    phone = Phone(browser, live_app)
    phone.page.goto(f"{live_app}/scan/")
    read = phone.page.evaluate(_READ, [texts, PLACE])
    wrong = [
        (text, ours, theirs)
        for text, ours, theirs in zip(texts, read, map(_as_kernel, texts), strict=True)
        if ours != theirs
    ]
    assert wrong == []
    assert {"FOREIGN_CODE", "BAD_CHECK"} < set(read) and len(set(read)) > CODES // 3
    phone.context.close()
