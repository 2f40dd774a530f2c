"""Complete the OpenAPI document: every bound, header, example and link that the code knows and serializers do not say.

Runs after drf-spectacular. What it adds is true of every operation, so that no door has to repeat it.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from api.pages import LIMIT_MAX
from api.schema_examples import problem_examples, sample
from api.schema_links import add_links

Node = dict[str, Any]
# What an answer may hold at most, where its field says nothing narrower.
ANSWER_TEXT_MAX, ANSWER_ITEMS_MAX, ANSWER_KEYS_MAX = 20_000, 100_000, 1_000
WHOLE_MAX = 2**53 - 1
# A file in a body or an answer; each door has a bound of its own below this.
FILE_BYTES_MAX = 64 * 1024 * 1024
# No code, name or id in an address is longer.
PATH_TEXT_MAX = 80
_LENGTHS = {"binary": FILE_BYTES_MAX, "uuid": 36, "date": 10, "date-time": 35, "uri": 2_048, "email": 254}
_BLANK = {"type": "string", "maxLength": 0}
_PROBLEM = "application/problem+json"
# Where anybody may call without a key, no limits are told.
_EVERYWHERE = ("X-Request-Id", "RateLimit", "RateLimit-Policy", "Access-Control-Allow-Origin")
_HEADERS: Mapping[str, tuple[str, Node]] = {
    "RateLimit": ("What is left of a key's limits (IETF draft): a list of strings with parameters r and t.", {}),
    "RateLimit-Policy": ("The limits of a key (IETF draft): a list of strings with parameters q and w.", {}),
    "Access-Control-Allow-Origin": ("Never sent: a page of another site cannot call; keys belong on servers.", {}),
    "Retry-After": ("Seconds to wait.", {"type": "integer", "minimum": 1, "maximum": 3_600, "format": "int32"}),
    "X-Request-Id": ("The number of this request, also in our log.", {"type": "string", "maxLength": 64}),
    "ETag": ("What a change sends back as If-Match.", {"type": "string", "maxLength": 40}),
    "Location": ("Where the new resource or the job is.", {"type": "string", "maxLength": 300}),
    "Idempotent-Replayed": ("There where the answer to an earlier request is given again.", {"enum": ["true"]}),
    "WWW-Authenticate": ("How to authenticate.", {"type": "string", "maxLength": 100}),
}


def completed(result: Node, generator: Any, request: Any, public: bool) -> Node:
    """Return the document with everything that is true of all of it."""
    schemas: dict[str, Node] = result["components"]["schemas"]
    for name in _inputs(result, schemas):
        for node in _schemas_in(schemas[name]):
            if node.get("properties") and "additionalProperties" not in node:
                # Unknown fields are refused everywhere.
                node["additionalProperties"] = False
    for schema in schemas.values():
        _join_blanks(schema)
        bound(schema)
    result["components"]["headers"] = {name: _header(*told) for name, told in _HEADERS.items()}
    result["components"]["examples"] = problem_examples()
    result["components"]["responses"] = {}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            _complete(operation, method, schemas)
            _share_problems(operation, result["components"]["responses"])
    add_links(result)
    result["tags"] = [{"name": name, "description": TAGS.get(name, name)} for name in _tags(result)]
    return result


TAGS = {
    "codes": "What a printed code is.",
    "devices": "Telephones and scanners that scan with keys of their own.",
    "donations": "Gifts of money and goods, their papers, and what became of them.",
    "events": "What happened, as a feed.",
    "funds": "What money and goods are for, and proposals that move money.",
    "grants": "Money paid to families.",
    "households": "Families, their members and who collects for them.",
    "keys": "Keys of programs, and the sandbox.",
    "knitting": "Yarn out, garments back, volunteers' hours.",
    "labels": "Labels, printers and label papers.",
    "ledgers": "Views of the books, traces, periods, bundles, findings.",
    "lists": "The way onto a list: applications, public notices, lists, allocations, and the rules of programmes.",
    "log": "Checkpoints of the log and proofs from it.",
    "master data": "Organisations, programmes, donors, suppliers, items, recipes, warehouses.",
    "operators": "Whether the installation is well.",
    "papers": "Papers for people to sign and to keep.",
    "parcels": "One package for one family.",
    "rounds": "Outings and ceremonies, with what a device carries.",
    "scans": "Scans, proofs and signed sheets.",
    "stock": "Goods: bought, moved, held, recalled, written off, handed down.",
    "stock-takes": "Goods counted twice, blind.",
    "webhooks": "Events told to partners' systems.",
}


def bound(schema: Any) -> None:
    """Give every text, list and number in a schema its bounds, where it has none."""
    for node in _schemas_in(schema):
        kinds = node.get("type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if "string" in kinds and not {"enum", "const"} & node.keys():
            node.setdefault("maxLength", _LENGTHS.get(str(node.get("format")), ANSWER_TEXT_MAX))
        if "array" in kinds:
            node.setdefault("maxItems", ANSWER_ITEMS_MAX)
        if "integer" in kinds and not {"enum", "const"} & node.keys():
            node.setdefault("minimum", -WHOLE_MAX)
            node.setdefault("maximum", WHOLE_MAX)
            node.setdefault("format", "int64")
        if "object" in kinds and isinstance(node.get("additionalProperties"), dict):
            node.setdefault("maxProperties", ANSWER_KEYS_MAX)


def _join_blanks(schema: Node) -> None:
    """Say once what may be empty: said as one of two, an empty text or null would match both, which oneOf refuses."""
    for node in _schemas_in(schema):
        kinds = [one for one in node.get("oneOf", ()) if one != _BLANK]
        is_text = len(kinds) == 1 and kinds[0].get("type") == "string" and "enum" not in kinds[0]
        if {} in node.get("oneOf", ()):
            # Anything, or null: null would match both.
            del node["oneOf"]
        elif is_text and len(node["oneOf"]) == 2:
            del node["oneOf"]
            node.update(kinds[0] | {"minLength": 0})


def _schemas_in(node: Any) -> Iterator[Node]:
    """Yield a schema and every one inside it; what stands behind a reference is its own."""
    if isinstance(node, list):
        for item in node:
            yield from _schemas_in(item)
    if not isinstance(node, dict):
        return
    yield node
    for word in ("properties", "patternProperties"):
        for child in node.get(word, {}).values():
            yield from _schemas_in(child)
    for word in ("items", "additionalProperties", "oneOf", "anyOf", "allOf", "not"):
        yield from _schemas_in(node.get(word))


def _inputs(result: Node, schemas: Mapping[str, Node]) -> set[str]:
    """Name the components that requests are made of, and nothing else is."""
    waiting = [
        name
        for operations in result["paths"].values()
        for operation in operations.values()
        for name in _named_in(operation.get("requestBody"))
    ]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _named_in(schemas[name])
    return found


def _named_in(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for item in node for name in _named_in(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"].rpartition("/")[2]] if "$ref" in node else []
    return own + [name for child in node.values() for name in _named_in(child)]


def _complete(operation: Node, method: str, schemas: Mapping[str, Node]) -> None:
    scopes = [scope for one in operation.get("security", []) for scopes in one.values() for scope in scopes]
    is_public = not any(operation.get("security", []))
    words = f"Needs {' or '.join(f'`{scope}`' for scope in scopes)}." if scopes else "Needs any key."
    operation["description"] += "" if is_public else f" {words}"
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path" and parameter["schema"].get("type") == "string":
            parameter["schema"].setdefault("maxLength", _LENGTHS.get(parameter["schema"].get("format"), PATH_TEXT_MAX))
        bound(parameter["schema"])
        if parameter["name"] == "limit":
            parameter["schema"] = {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "format": "int32"}
    body = operation.get("requestBody", {}).get("content", {})
    if method != "patch":
        body.pop("application/merge-patch+json", None)
    for media, content in body.items():
        bound(content["schema"])
        if media.endswith("json"):
            content.setdefault("examples", {"request": {"value": sample(content["schema"], schemas, is_input=True)}})
    for status, answer in operation["responses"].items():
        if _PROBLEM in answer.get("content", {}):
            continue
        answer["headers"] = {**_headers(status, method, operation), **answer.get("headers", {})}
        for media, content in answer.get("content", {}).items():
            bound(content["schema"])
            if media == "application/json":
                content.setdefault("examples", {"answer": {"value": sample(content["schema"], schemas)}})


def _share_problems(operation: Node, shared: dict[str, Node]) -> None:
    """Put the answers of problems where all operations find them: they differ by their status alone."""
    for status, answer in operation["responses"].items():
        if _PROBLEM in answer.get("content", {}):
            name = f"Problem{status}"
            names = list(_EVERYWHERE)
            names += ["WWW-Authenticate"] * (status == "401") + ["Retry-After"] * (status in {"409", "429"})
            examples = {one: {"$ref": f"#/components/examples/{one}"} for one in problem_examples(int(status))}
            content = {_PROBLEM: {"schema": answer["content"][_PROBLEM]["schema"], "examples": examples}}
            headers = {one: {"$ref": f"#/components/headers/{one}"} for one in names}
            words = HTTPStatus(int(status)).phrase
            shared[name] = {"description": words, "headers": headers, "content": content}
            operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def _headers(status: str, method: str, operation: Node) -> dict[str, Node]:
    names = list(_EVERYWHERE)
    names += ["Location"] * (status in {"201", "202"})
    if status == "200" and operation["operationId"].startswith(("get_", "change_")) and method in {"get", "patch"}:
        names.append("ETag")
    if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", [])):
        names.append("Idempotent-Replayed")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _header(words: str, schema: Node) -> Node:
    return {"description": words, "schema": schema or {"type": "string", "maxLength": 300}}


def _tags(result: Node) -> list[str]:
    found = {tag for operations in result["paths"].values() for one in operations.values() for tag in one["tags"]}
    return sorted(found)
