"""Every operation of the document is whole: bounds, examples that its own schemas take, scopes, problems, links."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

Node = dict[str, Any]


@pytest.fixture
def document(db: None) -> Node:
    """The document as it is served."""
    return dict(json.loads(Client().get("/api/v1/openapi.json").content))


def _operations(document: Node) -> Iterator[tuple[str, Node]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield f"{method.upper()} {path}", operation


def _nodes(node: Any) -> Iterator[Node]:
    if isinstance(node, list):
        for item in node:
            yield from _nodes(item)
    elif isinstance(node, dict):
        yield node
        for name, child in node.items():
            if name not in {"examples", "example", "default", "enum"}:
                yield from _nodes(child)


def test_every_text_list_and_number_has_its_bounds(document: Node) -> None:
    count = 0
    for node in _nodes(document):
        kinds = node.get("type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if {"enum", "const"} & node.keys():
            continue
        if "string" in kinds:
            assert node["maxLength"] >= 0, node
        if "array" in kinds:
            assert node["maxItems"] > 0, node
        if "integer" in kinds:
            assert node["minimum"] <= node["maximum"], node
        count += bool({"string", "array", "integer"} & set(map(str, kinds)))
    assert count > 1_000


def test_every_operation_says_its_scopes_and_its_problems(document: Node) -> None:
    for name, operation in _operations(document):
        assert {"400", "404", "405", "500"} <= operation["responses"].keys(), name
        if any(operation.get("security", [])):
            assert {"401", "403", "429"} <= operation["responses"].keys(), name
            assert "Needs " in operation["description"], name
    scopes = document["paths"]["/api/v1/parcels"]["post"]["security"]
    assert scopes == [{"key": ["parcels:write"]}]


def test_every_problem_has_an_example_and_every_answer_of_json(document: Node) -> None:
    problems = document["components"]["responses"]
    assert {"Problem401", "Problem429", "Problem500"} <= problems.keys()
    for name, answer in problems.items():
        assert answer["content"]["application/problem+json"]["examples"], name
    for name, operation in _operations(document):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/json")
            assert content is None or content["examples"], (name, status)


def test_examples_are_what_their_schemas_say(document: Node) -> None:
    count = 0
    for name, operation in _operations(document):
        holders = [operation.get("requestBody", {}), *operation["responses"].values()]
        for holder in holders:
            for media, content in holder.get("content", {}).items():
                for example in content.get("examples", {}).values():
                    if "value" in example and media.endswith("json"):
                        _validate(document, content["schema"], example["value"], name)
                        count += 1
    for code, example in document["components"]["examples"].items():
        schema = {"$ref": "#/components/schemas/ProblemDocument"}
        _validate(document, schema, example["value"], code)
    assert count > 200


def test_an_example_that_is_wrong_is_found(document: Node) -> None:
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    with pytest.raises(AssertionError):
        _validate(document, schema, {"status": "four"}, "planted")


def test_what_was_made_or_listed_leads_on(document: Node) -> None:
    made = document["paths"]["/api/v1/donations"]["get"]["responses"]["200"]["links"]
    assert made["read_a_gift"]["parameters"] == {"donation_id": "$response.body#/items/0/id"}
    known = {operation["operationId"] for _, operation in _operations(document)}
    links = [
        link["operationId"]
        for _, operation in _operations(document)
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert len(links) > 60 and set(links) <= known


def test_requests_refuse_what_they_do_not_name(document: Node) -> None:
    assert document["components"]["schemas"]["ParcelsInputRequest"]["additionalProperties"] is False


def _validate(document: Node, schema: Node, value: Any, name: str) -> None:
    whole = {**schema, "components": document["components"]}
    errors = [error.message for error in Draft202012Validator(whole).iter_errors(value)]
    assert errors == [], (name, errors[:3])
