"""Whether both languages are complete: every text of the pages has its Chinese, compiled as it stands."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import ROOT, source_files

FOLDER = ROOT / "logistics" / "locale" / "zh_Hans" / "LC_MESSAGES"
_TRANSLATE = re.compile(r"{%\s*translate\s+(?P<quote>[\"'])(?P<text>.*?)(?P=quote)")
_BLOCK = re.compile(r"{%\s*blocktranslate(?P<head>[^%]*)%}(?P<body>.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
_PLURAL = re.compile(r"{%\s*plural\s*%}")
_VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")
_FUNCTIONS = frozenset({"_", "gettext", "gettext_lazy", "ngettext"})
_ENTRY = re.compile(r'^msgid "(?P<id>.+)"\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? "(?P<text>.*)"$', re.MULTILINE)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def texts_in_template(text: str) -> Iterator[str]:
    """Yield the texts of a template that are translated."""
    for found in _TRANSLATE.finditer(text):
        yield found["text"]
    for found in _BLOCK.finditer(text):
        single = _PLURAL.split(found["body"])[0]
        yield _VARIABLE.sub(r"%(\1)s", single.replace("%", "%%"))


def texts_in_code(text: str) -> Iterator[str]:
    """Yield the texts of a Python source that are translated."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def texts() -> set[str]:
    """Return every text of the pages."""
    found: set[str] = set()
    for path in (ROOT / "logistics").rglob("*.html"):
        found.update(texts_in_template(path.read_text(encoding="utf-8")))
    for path in source_files():
        found.update(texts_in_code(path.read_text(encoding="utf-8")))
    return found


def written(text: str) -> dict[str, str]:
    """Read the translations of a catalogue as people write it."""
    return {_plain(found["id"]): _plain(found["text"]) for found in _ENTRY.finditer(text)}


def untranslated(wanted: set[str], catalogue: dict[str, str]) -> list[str]:
    """List texts without Chinese, and Chinese for texts that are no more."""
    missing = [text for text in wanted if not _HAN.search(catalogue.get(text, "")) and re.search(r"[A-Za-z]{2}", text)]
    return sorted(missing) + sorted(catalogue.keys() - wanted)


def stale(catalogue: dict[str, str], compiled: Path) -> list[str]:
    """List texts whose compiled translation is another one."""
    with compiled.open("rb") as stream:
        translations = gettext.GNUTranslations(stream)
    known = {key: value for key, value in translations._catalog.items() if isinstance(key, str)}  # type: ignore[attr-defined]
    known |= {key[0]: value for key, value in translations._catalog.items() if isinstance(key, tuple)}  # type: ignore[attr-defined]
    return sorted(text for text, zh in catalogue.items() if known.get(text) != zh)


def problems() -> list[str]:
    """List everything that is wrong with the translations of this project."""
    catalogue = written((FOLDER / "django.po").read_text(encoding="utf-8"))
    return untranslated(texts(), catalogue) + stale(catalogue, FOLDER / "django.mo")


def _plain(text: str) -> str:
    return text.replace('\\"', '"').replace("\\n", "\n")
