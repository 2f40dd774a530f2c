"""The rules of the house as functions: each takes what it judges and lists what breaks the rule."""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.apps import apps
from django.db.models import Field, ForeignObject, Model

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("logistics", "api", "labels")

FILE_LINES_MAX = 400
# One file on purpose: an auditor reads it whole and runs it without anything else.
SINGLE_FILE, SINGLE_FILE_LINES_MAX = ROOT / "logistics" / "press" / "bundles" / "verify.py", 500
FILE_LINES_P90_MAX = 250
FILE_LINES_MEDIAN_MAX = 80
FUNCTION_LINES_MAX = 60
FUNCTION_LINES_P90_MAX = 28
FUNCTION_LINES_MEDIAN_MAX = 8


def _floors() -> tuple[tuple[str, ...], ...]:
    """Read from the ground up which rooms stand beside each other, as import-linter holds them apart."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    house = next(one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    return tuple(
        tuple(name.strip().removeprefix("logistics.") for name in floor.split("|"))
        for floor in reversed(house["layers"])
    )


FLOORS = _floors()
# Django's own, below everything.
GROUND = frozenset({"contenttypes", "auth", "sessions"})
_WRITES = re.compile(r"\.(save|create|update|delete|bulk_create|bulk_update|get_or_create|update_or_create)\(")
_DOOR_WRITES_ALLOWED = re.compile(
    r"(hashlib|session|cache|response|\bform|dict|params|headers|digest)\w*\.(update|save|delete)\("
)
_BAD_NAMES = frozenset({"utils", "helpers", "common", "manager", "misc"})
_BAD_VERBS = ("create_", "update_", "delete_", "handle_", "process_", "do_", "perform_", "manage_")


def source_files() -> Iterator[Path]:
    """Yield every Python file of the project but tests and migrations."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def floor_of(label: str) -> int:
    """Return the floor of an app, the ground being -1."""
    if label in GROUND:
        return -1
    return next(number for number, names in enumerate(FLOORS) if label in names)


def upward_keys(models: Iterable[type[Model]]) -> list[str]:
    """List the foreign keys that point up, or to a neighbour on the same floor."""
    return [
        f"{field.model._meta.label}.{field.name} -> {target._meta.label}"
        for model in models
        for field, target in _keys(model)
        if target._meta.app_label != model._meta.app_label
        and floor_of(target._meta.app_label) >= floor_of(model._meta.app_label)
    ]


def _keys(model: type[Model]) -> Iterator[tuple["Field[object, object]", type[Model]]]:
    for field in model._meta.get_fields():
        if isinstance(field, ForeignObject) and isinstance(field.related_model, type):
            yield field, field.related_model


def own_models() -> list[type[Model]]:
    """Return the project's models."""
    labels = {name for floor in FLOORS for name in floor}
    return [model for model in apps.get_models() if model._meta.app_label in labels]


def sizes_of_functions(text: str) -> list[int]:
    """Count the lines of each function in a source text."""
    tree = ast.parse(text)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(node.end_lineno or 0) - node.lineno + 1 for node in ast.walk(tree) if isinstance(node, kinds)]


def too_long(sizes: Sequence[int], *, median: int, p90: int, longest: int) -> list[str]:
    """Say which of the three bounds the sizes break."""
    ordered = sorted(sizes)
    found = {
        "median": (ordered[len(ordered) // 2], median),
        "90th percentile": (ordered[len(ordered) * 9 // 10], p90),
        "longest": (ordered[-1], longest),
    }
    return [f"{name}: {size} lines, {bound} allowed" for name, (size, bound) in found.items() if size > bound]


def signals_in(text: str) -> list[str]:
    """List uses of Django's model signals, which hide who writes what."""
    return re.findall(r"\b(?:pre|post)_(?:save|delete|init)\b|\bm2m_changed\b|@receiver\b", text)


def writes_in(text: str) -> list[str]:
    """List writes of rows, which a door leaves to an action."""
    return [
        line.strip() for line in text.splitlines() if _WRITES.search(line) and not _DOOR_WRITES_ALLOWED.search(line)
    ]


def unnoted_writes_in(text: str, masters: Iterable[str]) -> list[str]:
    """List functions that write rows of master data and note no revision of them."""
    names = "|".join(sorted(masters))
    writes = re.compile(rf"\b(?:{names})\.objects\.(?:\w+\(.*\)\.)*(?:create|bulk_create|update|delete)\(|\.save\(")
    named = re.compile(rf"\b(?:{names})\b")
    noted, lines = re.compile(r"\b(?:note_registered|note_changed|noting)\("), text.split("\n")
    found = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            body = "\n".join(lines[node.lineno - 1 : node.end_lineno])
            if writes.search(body) and named.search(body) and not noted.search(body):
                found.append(node.name)
    return found


def loose_ends_in(text: str) -> list[str]:
    """List what was left for later."""
    return re.findall(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b", text)


def bare_exceptions_in(text: str) -> list[str]:
    """List lint exceptions that do not say their reason on the same line."""
    pattern = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma: no cover)[^#\n]*$", re.MULTILINE)
    return [match for match in pattern.findall(text) if " -- " not in match]


def undocumented_in(text: str) -> list[str]:
    """List public functions and classes without a docstring; a refusal says itself what it is."""
    found = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
            found.append(node.name)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not _speaks_for_itself(node):
            found.append(node.name)
    return found


def _speaks_for_itself(node: ast.ClassDef) -> bool:
    names = {
        target.id
        for line in node.body
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name)
    }
    return bool(ast.get_docstring(node)) or "code" in names or node.name in {"Migration", "Meta", "Command"}


def bad_names_in(path: Path, text: str) -> list[str]:
    """List names that say nothing: catch-all files, verbs without one meaning."""
    found = [path.stem] if path.stem in _BAD_NAMES else []
    tree = ast.parse(text)
    return found + [
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith(_BAD_VERBS)
    ]
