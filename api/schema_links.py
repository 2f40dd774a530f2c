"""Links in the OpenAPI document: from what was made or listed to the operations on it."""

from typing import Any

Node = dict[str, Any]


def add_links(result: Node) -> None:
    """Link each answer that names a resource to every operation on one such resource."""
    for path, operations in result["paths"].items():
        steps = _steps(path, result["paths"])
        if not steps:
            continue
        for method, status, place in (("post", "201", ""), ("get", "200", "/items/0")):
            answer = operations.get(method, {}).get("responses", {}).get(status)
            schema = _schema_of(answer, result["components"]["schemas"], place)
            if answer is None or schema is None:
                continue
            links = {name: _link(told, schema, place) for name, told in steps.items()}
            answer["links"] = {name: link for name, link in links.items() if link}


def _steps(path: str, paths: Node) -> dict[str, tuple[str, Node]]:
    """Find the operations that take one more parameter than a path, and nothing beside it."""
    found = {}
    for other, operations in paths.items():
        rest = other.removeprefix(f"{path}/")
        if other == rest or not rest.startswith("{") or other.count("{") != path.count("{") + 1:
            continue
        name = rest[1 : rest.index("}")]
        for operation in operations.values():
            found[operation["operationId"]] = (name, operation)
    return found


def _link(told: tuple[str, Node], properties: Node, place: str) -> Node | None:
    name, operation = told
    parameter = next((one for one in operation.get("parameters", []) if one["name"] == name), None)
    if parameter is None:
        return None
    is_id = parameter["schema"].get("format") == "uuid"
    field = "id" if is_id or "code" not in properties else "code"
    if field not in properties:
        return None
    return {
        "operationId": operation["operationId"],
        "parameters": {name: f"$response.body#{place}/{field}"},
        "description": operation["summary"],
    }


def _schema_of(answer: Node | None, schemas: Node, place: str) -> Node | None:
    """Return the properties of what an answer holds, or of the items that it lists."""
    content = (answer or {}).get("content", {}).get("application/json")
    if content is None:
        return None
    schema = _resolved(content["schema"], schemas)
    if place:
        listed = schema.get("properties", {}).get("items", {}).get("items")
        schema = _resolved(listed, schemas) if listed else {}
    properties: Node = schema.get("properties", {})
    return properties or None


def _resolved(schema: Node, schemas: Node) -> Node:
    found: Node = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found
