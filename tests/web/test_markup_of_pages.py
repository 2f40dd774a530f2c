"""Every page of the matrix can be used by keys alone and be read aloud, as it is opened and as it is refused."""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.cast import World
from tests.web.markup import faults_of
from tests.web.test_access_of_pages import CALLERS, pages, rows, things, visitors

__all__ = ["things"]
# Shells that work without a network are the same for everybody: their script says the language.
SHELLS = {"scan/", "visits/"}
LANGUAGES = {"zh": "zh-CN", "en": "en"}


def _faults(answer: HttpResponse, language: str) -> list[str]:
    if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    return faults_of(answer.content.decode(), language)


def _seen(client: Client, address: str, language: str) -> dict[str, list[str]]:
    """Open a page and send its form empty; what that wrote is taken back."""
    found = {}
    for name, send in (("opened", client.get), ("refused", client.post)):
        before = transaction.savepoint()
        answer = send(address, headers={"Accept-Language": LANGUAGES[language]})
        transaction.savepoint_rollback(before)
        if answer.status_code in (200, 422):
            found[name] = _faults(answer, language)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_what_its_parts_are(world: World, things: dict[str, str], language: str) -> None:
    callers, expected = visitors(world), rows()
    found: list[str] = []
    for page in pages(things):
        who = next((caller for caller in CALLERS if {"200", "422"} & set(expected[page.route][caller].split())), None)
        if who is not None and page.route not in {"sign-out", *(SHELLS if language == "en" else ())}:
            seen = _seen(callers[who], page.address, language)
            found += [f"{page.route} {how}: {fault}" for how, faults in seen.items() for fault in faults]
    assert found == [], "\n".join(found)


GOOD = (
    '<html lang="zh-hans"><title>页</title><main><h1>一</h1><h2>二</h2><label for="a">名</label><input id="a" name="a">'
    '<label><input type="checkbox" name="b">同意</label><button>好</button><img src="x" alt="图">'
    '<table><thead><tr><th>列</th></tr></thead><tr><td data-name="列">值</td></tr></table></main></html>'
)


def test_a_good_page_has_no_fault() -> None:
    assert faults_of(GOOD, "zh") == []


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('lang="zh-hans"', 'lang="en"', "its language is said to be 'en'"),
        ("<h1>一</h1>", "", "0 first headings"),
        ("<h2>二</h2>", "<h3>二</h3>", "headings leave out a step: [1, 3]"),
        ('<label for="a">名</label>', "", "nothing says what the field a is"),
        ("<label><input", '<span id="a">同</span><label><input', "id a stands 2 times"),
        ('for="a"', 'for="z"', "for names z, which is nowhere"),
        (">好<", "><", "an empty button {}"),
        (' alt="图"', "", "a picture without words: x"),
        ("<th>列</th>", "<td>列</td>", "a table without headings"),
        ('data-name="列"', 'data-name="行"', "a cell is called '行', and no column is"),
        ("main>", "div>", "no main part, or several"),
    ],
)
def test_each_fault_is_found(was: str, becomes: str, told: str) -> None:
    assert was in GOOD
    assert told in faults_of(GOOD.replace(was, becomes), "zh")
