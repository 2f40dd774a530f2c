"""Examples in the OpenAPI document: one answer and one request of each kind, one document of each problem."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from api.problems import PROBLEMS

Node = dict[str, Any]
_ID = "0198f2c1-7d40-7a3e-9b51-2f6c8d1e4a70"
_BY_FORMAT = {
    "uuid": _ID,
    "date": "2026-01-12",
    "date-time": "2026-01-12T02:00:00Z",
    "uri": "https://example.org/hook",
    "email": "it@example.org",
}
# What people would write, by the name of the field.
_BY_NAME: Mapping[str, Any] = {
    "amount": 20_000,
    "currency": "CNY",
    "reference": "gift-2026-0001",
    "programme": "warm-heart-pack",
    "fund": "warm-2026",
    "warehouse": "wh-1",
    "item": "gloves",
    "kit_recipe": "warm-kit",
    "supplier": "sup-1",
    "organisation": "sample-county",
    "received_at": "2026-01-12T10:00:00+08:00",
    "zh": "宝贝暖心包",
    "en": "Warm Heart Pack",
    "networks": ["203.0.113.0/24"],
    "url": "https://example.org/hook",
    "next_cursor": None,
    "reason": "登记有误",
    "division_code": "990101001",
    "township": "少云镇",
    "head_name": "示例家庭",
    "code": "sample-1",
    "request_id": "k3v9q2m7",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
_DEPTH_MAX = 8


def sample(schema: Node, schemas: Mapping[str, Node], *, name: str = "", is_input: bool = False, depth: int = 0) -> Any:
    """Make a value of a schema, the same each time. A request shows what is required, an answer everything."""
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rpartition("/")[2]], schemas, name=name, is_input=is_input, depth=depth)
    for word in ("oneOf", "anyOf", "allOf"):
        if schema.get(word):
            return sample(schema[word][0], schemas, name=name, is_input=is_input, depth=depth)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kinds = schema.get("type", "object")
    kind = next((one for one in kinds if one != "null"), "null") if isinstance(kinds, list) else kinds
    known = _BY_NAME.get(name)
    if name in _BY_NAME and schema.get("format") != "uuid" and _fits(known, kind, kinds):
        return known
    if kind == "object":
        return _object(schema, schemas, is_input, depth)
    if kind == "array":
        inner = [] if depth > _DEPTH_MAX else [sample(schema["items"], schemas, is_input=is_input, depth=depth + 1)]
        return inner
    return _plain(schema, kind)


def _fits(value: Any, kind: str, kinds: Any) -> bool:
    if value is None:
        return isinstance(kinds, list) and "null" in kinds
    wanted = {"string": str, "integer": int, "array": list}.get(kind)
    return wanted is not None and isinstance(value, wanted)


def _object(schema: Node, schemas: Mapping[str, Node], is_input: bool, depth: int) -> Node:
    if depth > _DEPTH_MAX:
        return {}
    required = set(schema.get("required", ()))
    told = schema.get("properties", {})
    chosen = [name for name in told if not is_input or name in required] or list(told)[:1]
    return {name: sample(told[name], schemas, name=name, is_input=is_input, depth=depth + 1) for name in chosen}


def _plain(schema: Node, kind: str) -> Any:
    if kind == "string":
        text = _BY_FORMAT.get(str(schema.get("format")), "sample-1")
        return text[: schema.get("maxLength", len(text))]
    if kind in {"integer", "number"}:
        return max(schema.get("minimum", 1), min(1, schema.get("maximum", 1)))
    return True if kind == "boolean" else None


# What stands for the many refusals of a status that subjects find themselves; all are listed at /problems.
_FOUND_BY_SUBJECTS: Mapping[str, tuple[int, str]] = {
    "parcel_missing": (404, "There is no parcel with this code."),
    "stock_short": (409, "There is less in stock than was asked for."),
    "programme_closed": (409, "The programme is closed."),
    "fund_required": (422, "Say which fund; there are several."),
}


@cache
def problem_examples(status: int | None = None) -> dict[str, Node]:
    """Return a document of every problem that doors find, or of those with a status."""
    found = {code: (problem.status, problem.en) for code, problem in PROBLEMS.items()} | dict(_FOUND_BY_SUBJECTS)
    return {
        code: {"summary": words.split(";")[0], "value": _document(code, told, words)}
        for code, (told, words) in sorted(found.items())
        if status in (None, told)
    }


def _document(code: str, status: int, words: str) -> Node:
    document: Node = {
        "type": f"/api/v1/problems#{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": words.format(most=1_000, seconds=42, incident="4f2a9c01d3e7"),
        "instance": "/api/v1/parcels",
        "code": code,
        "facts": {},
        "request_id": "k3v9q2m7",
    }
    if code == "invalid":
        detail = "This must be an integer."
        document["errors"] = [{"pointer": "/lines/0/quantity", "code": "not_whole", "detail": detail}]
    return document
