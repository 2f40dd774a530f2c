"""No function, class or constant that nothing uses: a limit that nobody asks for is no limit.

What only tests use is dead too, but for what stands in `ONLY_TESTED` with its reason.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import ROOMS, ROOT

ONLY_TESTED = {
    "KEY_PATTERN": "files and logs are searched for keys by it",
    "as_markdown": "docs/delivery-states.md is written by it",
    "table_rows": "docs/delivery-states.md is compared with them",
    "declared_triggers": "each trigger is shown to bite",
    "forget_parts": "a batch is laid out as the first one was",
    "is_included": "what an auditor's own program does with a proof",
    "render_plainly": "the plain way, with which the stamped one is compared",
}
# Django and gunicorn look for these names by themselves.
BY_NAME = frozenset(
    {"handler400", "handler404", "handler500", "app_name", "urlpatterns", "application", "StorageConfig"}
)
PLAIN_DECORATORS = frozenset({"action", "dataclass", "contextmanager", "cache", "lru_cache"})
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_OTHER_TEXTS = ("*.html", "*.js", "*.toml")


def _defined(tree: ast.Module) -> Iterator[str]:
    """Yield what a file defines for others; a decorator that registers what it takes uses it."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and all(map(_uses_nothing, node.decorator_list)):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def _uses_nothing(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).partition("(")[0].rpartition(".")[2] in PLAIN_DECORATORS


def dead_names(files: dict[Path, str], more: str = "") -> set[str]:
    """List the names that stand in these files but once, where they are defined."""
    words = Counter(word for text in (*files.values(), more) for word in _WORD.findall(text))
    named = {
        name
        for path, text in files.items()
        if "migrations" not in path.parts and path.name != "settings.py"
        for name in _defined(ast.parse(text))
    }
    return {name for name in named if words[name] == 1} - BY_NAME


def _texts(pattern: str) -> dict[Path, str]:
    found = [path for room in ROOMS for path in (ROOT / room).rglob(pattern)]
    return {path: path.read_text(encoding="utf-8") for path in found if "vendor" not in path.parts}


def test_everything_is_used_by_something() -> None:
    more = " ".join(text for pattern in _OTHER_TEXTS for text in _texts(pattern).values())
    more += (ROOT / "manage.py").read_text(encoding="utf-8") + (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = {name for name in dead_names(_texts("*.py"), more) if not name.startswith("__")}
    assert found == ONLY_TESTED.keys()


def test_a_name_that_nobody_uses_is_found() -> None:
    used = {Path("one.py"): "LIMIT = 3\nUNUSED = 4\n\n\ndef take() -> int:\n    return LIMIT\n"}
    assert dead_names(used) == {"UNUSED", "take"}
    assert dead_names(used, "take UNUSED") == set()
