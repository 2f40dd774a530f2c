"""The comparer finds what would break a program, and the committed document is the one that the code makes."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.architecture.schema import (
    RELEASED,
    WRITTEN,
    breaking_changes,
    breaking_section,
    generated,
    written,
)

Node = dict[str, Any]


def _schema(**properties: Node) -> Node:
    return {"type": "object", "properties": properties, "required": ["a"]}


OLD: Node = {
    "paths": {
        "/api/v1/x": {
            "post": {
                "security": [{"key": ["x:write"]}],
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 500}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}},
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Out"}}}},
                    "422": {"description": "refused"},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "In": _schema(a={"type": "string", "maxLength": 40}, b={"enum": ["X", "Y"]}),
            "Out": _schema(a={"type": "string"}, c={"type": "array", "items": {"type": "integer"}}),
        }
    },
}


def _post(document: Node) -> Node:
    return dict(document["paths"]["/api/v1/x"]["post"])


def _in(document: Node) -> Node:
    return dict(document["components"]["schemas"]["In"])


def _out(document: Node) -> Node:
    return dict(document["components"]["schemas"]["Out"])


BREAKING: list[tuple[Callable[[Node], Any], str]] = [
    (lambda new: new["paths"].clear(), "it is gone"),
    (lambda new: _post(new)["parameters"].clear(), "the parameter limit is refused"),
    (lambda new: _post(new)["parameters"].append({"name": "q", "required": True, "schema": {}}), "needs the parameter"),
    (lambda new: _post(new)["parameters"][0]["schema"].update(maximum=100), "limit: maximum is 100"),
    (lambda new: _post(new)["security"][0].update(key=["y:write"]), "these scopes do not open it"),
    (lambda new: _post(new)["responses"].pop("201"), "it answers 201 no more"),
    (lambda new: _in(new)["required"].append("b"), "body/b is needed now"),
    (lambda new: _in(new)["properties"].pop("b"), "body/b is gone"),
    (lambda new: _in(new)["properties"]["b"].update(enum=["X"]), "Y is refused now"),
    (lambda new: _in(new)["properties"]["a"].update(maxLength=39), "maxLength is 39 now"),
    (lambda new: _in(new)["properties"]["a"].update(minLength=2), "minLength is 2 now"),
    (lambda new: _in(new)["properties"]["a"].update(type="integer"), "string is refused now"),
    (lambda new: _out(new)["properties"]["a"].update(type=["string", "null"]), "null may come now"),
    (lambda new: _out(new)["properties"].pop("c"), "answer 201/c is gone"),
    (lambda new: _out(new)["required"].remove("a"), "answer 201/a may be missing now"),
    (lambda new: _out(new)["properties"]["c"]["items"].update(type="string"), "answer 201/c/*: string may come"),
]
HARMLESS: list[Callable[[Node], Any]] = [
    lambda new: new["paths"].update({"/api/v1/y": {"get": {"responses": {}}}}),
    lambda new: _post(new)["parameters"].append({"name": "q", "schema": {"type": "string"}}),
    lambda new: _post(new)["security"].append({"key": ["admin"]}),
    lambda new: _in(new)["properties"].update(d={"type": "string"}),
    lambda new: _in(new)["properties"]["a"].update(maxLength=41),
    lambda new: _in(new)["properties"]["b"]["enum"].append("Z"),
    lambda new: _out(new)["properties"].update(d={"type": "string"}),
    lambda new: _out(new)["required"].append("c"),
    lambda new: _post(new)["responses"].update({"409": {}}),
]


@pytest.mark.parametrize(("change", "words"), BREAKING)
def test_what_breaks_a_program_is_found(change: Callable[[Node], Any], words: str) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    found = list(breaking_changes(OLD, new))
    assert len(found) == 1, found
    assert found[0][0] == "POST /x" and words in found[0][1]


@pytest.mark.parametrize("change", HARMLESS)
def test_what_breaks_nothing_is_let_through(change: Callable[[Node], Any]) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    assert new != OLD and list(breaking_changes(OLD, new)) == []


def test_a_breaking_change_is_named_in_the_section_of_the_next_release() -> None:
    log = (
        "# Changelog\n\n## 0.2.0\n\n### Breaking\n\n- `POST /x` is gone.\n\n### Added\n\n- `GET /y`\n\n## 0.1.0\n\nold"
    )
    assert "POST /x" in breaking_section(log)
    assert "GET /y" not in breaking_section(log) and "old" not in breaking_section(log)


def test_the_committed_document_is_the_one_that_the_code_makes(db: None) -> None:
    document = generated()
    assert WRITTEN.read_text(encoding="utf-8") == written(document)
    assert RELEASED.exists()


def test_one_operation_is_one_line() -> None:
    text = written(OLD | {"openapi": "3.1.1"})
    assert text.count("\n") < 20
    import json

    assert json.loads(text) == OLD | {"openapi": "3.1.1"}
