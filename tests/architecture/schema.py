"""The committed OpenAPI document: written one operation a line, and held against the one that was released.

`python -m tests.architecture.schema` writes `docs/api/openapi.json`, with `--release` also `docs/api/released.json`.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from tests.architecture.house import ROOT

WRITTEN, RELEASED = ROOT / "docs" / "api" / "openapi.json", ROOT / "docs" / "api" / "released.json"
CHANGELOG = ROOT / "CHANGELOG.md"
Node = dict[str, Any]
# A caller may have sent as much as the first of these allowed, and as little as the second.
_UPPER, _LOWER = ("maxLength", "maximum", "maxItems"), ("minLength", "minimum", "minItems")


def generated() -> Node:
    """Return the document as the code makes it now."""
    from django.core.management import call_command

    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        call_command("spectacular", "--format", "openapi-json", "--file", file.name)
        document: Node = json.load(file)
    return document


def written(document: Node) -> str:
    """Write a document with one line for each operation and component, so that two changes seldom meet."""
    lines = ["{"]
    for word, value in sorted(document.items()):
        if word in {"paths", "components"}:
            rows = ",\n".join(_block(name, inner) for name, inner in sorted(value.items()))
            lines.append(f'"{word}": {{\n{rows}\n}},')
        else:
            lines.append(f"{json.dumps(word)}: {_line(value)},")
    return "\n".join(lines).rstrip(",") + "\n}\n"


def problems() -> list[str]:
    """Say what is wrong with the committed document: stale, changed in silence, or broken in silence."""
    document = generated()
    found = []
    if WRITTEN.read_text(encoding="utf-8") != written(document):
        found.append("docs/api/openapi.json is stale: run `make schema`, and tell it in CHANGELOG.md.")
    if _is_changed_in_silence():
        found.append("docs/api/openapi.json changed, and CHANGELOG.md says nothing of it.")
    told = breaking_section(CHANGELOG.read_text(encoding="utf-8"))
    released = json.loads(RELEASED.read_text(encoding="utf-8"))
    for place, words in breaking_changes(released, document):
        if place not in told:
            found.append(f"Breaking, and not named (`{place}`) under Breaking in CHANGELOG.md: {words}.")
    return found


def breaking_section(changelog: str) -> str:
    """Return what stands under Breaking in the section of the next release."""
    newest = changelog.partition("\n## ")[2].partition("\n## ")[0]
    return newest.partition("### Breaking")[2].partition("\n### ")[0]


def breaking_changes(old: Node, new: Node) -> Iterator[tuple[str, str]]:
    """Yield (operation, words) for each change after which a program that worked would fail.

    What is taken: an operation or parameter that is gone, a parameter or field that is needed now, a field that is
    refused now, less that is allowed. What is given: a status or field that is gone or may be missing now, another
    type, a null where there was none. New values of an enumeration in an answer break nothing: callers skip them.
    """
    for path, operations in old["paths"].items():
        for method, operation in operations.items():
            place = f"{method.upper()} {path.removeprefix('/api/v1')}"
            now = new["paths"].get(path, {}).get(method)
            if now is None:
                yield place, "it is gone"
                continue
            for words in _Comparison(old, new).of_operations(operation, now):
                yield place, words


class _Comparison:
    """Holds one operation against its former self, through references; each pair of components once."""

    def __init__(self, old: Node, new: Node) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str, bool]] = set()

    def of_operations(self, old: Node, new: Node) -> Iterator[str]:
        yield from self._parameters(_parameters(old), _parameters(new))
        before, now = _body(old.get("requestBody")), _body(new.get("requestBody"))
        if now and not before and new["requestBody"].get("required"):
            yield "it needs a body"
        if before and now:
            yield from self._schemas(before, now, "body", is_taken=True)
        missing = {tuple(one.get("key", ())) for one in old.get("security", [])}
        missing -= {tuple(one.get("key", ())) for one in new.get("security", [])}
        if missing and () not in {tuple(one.get("key", ())) for one in new.get("security", [])}:
            yield f"these scopes do not open it any more: {sorted(scope for one in missing for scope in one)}"
        for status, answer in old["responses"].items():
            if status.startswith("2"):
                if status not in new["responses"]:
                    yield f"it answers {status} no more"
                elif (given := _body(answer)) and (gives := _body(new["responses"][status])):
                    yield from self._schemas(given, gives, f"answer {status}", is_taken=False)

    def _parameters(self, old: Mapping[str, Node], new: Mapping[str, Node]) -> Iterator[str]:
        for name, parameter in new.items():
            if parameter.get("required") and not old.get(name, {}).get("required"):
                yield f"it needs the parameter {name}"
        for name, parameter in old.items():
            if name not in new:
                yield f"the parameter {name} is refused"
            else:
                yield from self._schemas(parameter["schema"], new[name]["schema"], name, is_taken=True)

    def _schemas(self, old: Node, new: Node, where: str, *, is_taken: bool) -> Iterator[str]:
        pair = (str(old.get("$ref")), str(new.get("$ref")), is_taken)
        if "$ref" in old or "$ref" in new:
            if pair in self._seen:
                return
            self._seen.add(pair)
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        before, now = _kinds(old), _kinds(new)
        lost = before - now if is_taken else now - before
        if before and now and lost:
            yield f"{where}: {'/'.join(sorted(lost))} {'is refused' if is_taken else 'may come'} now"
            return
        if is_taken:
            yield from _narrowed(old, new, where)
        yield from self._properties(old, new, where, is_taken)
        if "items" in old and "items" in new:
            yield from self._schemas(old["items"], new["items"], f"{where}/*", is_taken=is_taken)

    def _properties(self, old: Node, new: Node, where: str, is_taken: bool) -> Iterator[str]:
        needed, was_needed = set(new.get("required", ())), set(old.get("required", ()))
        for name in sorted(needed - was_needed) if is_taken else sorted(was_needed - needed):
            yield f"{where}/{name} {'is needed' if is_taken else 'may be missing'} now"
        told = new.get("properties", {})
        for name, schema in old.get("properties", {}).items():
            if name in told:
                yield from self._schemas(schema, told[name], f"{where}/{name}", is_taken=is_taken)
            elif is_taken or name not in was_needed:
                yield f"{where}/{name} is gone"


def _narrowed(old: Node, new: Node, where: str) -> Iterator[str]:
    if gone := set(map(str, old.get("enum", ()))) - set(map(str, new.get("enum", old.get("enum", ())))):
        yield f"{where}: {', '.join(sorted(gone))} is refused now"
    for word in _UPPER:
        if word in new and new[word] < old.get(word, float("inf")):
            yield f"{where}: {word} is {new[word]} now"
    for word in _LOWER:
        if word in new and new[word] > old.get(word, float("-inf")) and not (word != "minimum" and new[word] == 0):
            yield f"{where}: {word} is {new[word]} now"


def _kinds(schema: Node) -> set[str]:
    kinds = schema.get("type", ())
    return set(kinds) if isinstance(kinds, list) else {kinds} if kinds else set()


def _parameters(operation: Node) -> dict[str, Node]:
    return {one["name"]: one for one in operation.get("parameters", [])}


def _body(holder: Node | None) -> Node | None:
    content = (holder or {}).get("content", {})
    found = content.get("application/json") or next(iter(content.values()), None)
    return found["schema"] if found else None


def _resolved(schema: Node, document: Node) -> Node:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _is_changed_in_silence() -> bool:
    """Tell whether the document differs from where this branch began, or from the commit before, and the log does not.

    Outside a checkout of git, and in a clone without a past, nothing can be told.
    """
    base = _git("merge-base", "HEAD", "main") or ""
    if base == (_git("rev-parse", "HEAD") or "-"):
        base = _git("rev-parse", "--verify", "--quiet", "HEAD~1") or ""
    if not base:
        return False
    changed = (_git("diff", "--name-only", base, "--", str(WRITTEN), str(CHANGELOG)) or "").split()
    return "docs/api/openapi.json" in changed and "CHANGELOG.md" not in changed


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _block(name: str, rows: Mapping[str, Any]) -> str:
    inner = ",\n".join(f"  {json.dumps(key)}: {_line(value)}" for key, value in sorted(rows.items()))
    return f" {json.dumps(name)}: {{\n{inner}\n }}"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def main(words: list[str]) -> None:
    """Write the document, and with `--release` the released one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings")
    import django

    django.setup()
    text = written(generated())
    WRITTEN.write_text(text, encoding="utf-8")
    if "--release" in words:
        RELEASED.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="nuanliu-schema-") as folder:
        os.environ["NUANLIU_DATA"] = folder
        main(sys.argv[1:])
