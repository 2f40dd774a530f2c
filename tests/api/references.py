"""Where a request names a row of a body: in its address, in its query and in every field of what it sends."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

Node = dict[str, Any]

# Which row a field means, by its own name. Items are not among them: all bodies share them.
_SAME = (
    *("household", "member", "programme", "fund", "warehouse", "donor", "supplier", "need", "volunteer", "notice"),
    *("entry", "lot", "hold", "purchase", "stock_take", "pledge", "donation", "grant", "knitter", "printer", "round"),
    *("guardian", "parcel", "person", "gift"),
)
FIELDS = {
    **{name: name for name in _SAME},
    **dict.fromkeys(("beneficiary", "met_members"), "member"),
    **dict.fromkeys(("about", "people", "operator", "witness", "liaison"), "person"),
    **dict.fromkeys(("organisation", "owner", "holder", "parent", "to"), "organisation"),
    **dict.fromkeys(("from_warehouse", "to_warehouse"), "warehouse"),
    **dict.fromkeys(("kit_recipe", "recipe"), "recipe"),
    **{"interest_fund": "fund", "grants": "grant", "parcels": "parcel", "lots": "lot"},
    **{"household_code": "card", "lot_code": "lot_code", "undoes": "scan"},
}
# Where the name of a field says too little, or another thing.
OF_OPERATIONS: dict[str, dict[str, str]] = {
    "POST /reply-cards": {"code": "parcel"},
    "POST /verification-visits": {"code": "parcel"},
    "POST /scans": {"code": "parcel"},
    "POST /findings": {"key": "entry"},
    "POST /needs/{need_id}/meet": {"id": "parcel_id", "code": "parcel"},
    "POST /papers": {"household": "reference", "notice": ""},
    "POST /home-visits": {"undoes": ""},
    "POST /bundles": {"to": ""},
    "POST /programmes/{code}/list-rules": {"round": ""},
    "PATCH /programmes/{code}/list-rules": {"round": ""},
}
# A word that the example's own does not do for: by the name of a field.
WORDS: dict[str, Any] = {
    "reason": "登记有误，需要更正",
    "text": "入户核实过，情况属实。",
    "currency": "CNY",
    **dict.fromkeys(("evidence_sha256", "document_sha256", "consent_sha256"), "a" * 64),
    **dict.fromkeys(("garment", "yarn"), "gloves"),
    "sheet": "A4_3X7",
}
EMPTY_WORDS = ("sample-1", "登记有误", "AUD")
MARK = "@"


@dataclass(frozen=True)
class Template:
    """A request that names rows by marks, `@kind`: one's own at each but the one at `place`, which is another's."""

    operation: str
    address: str
    body: Any
    place: int = -1

    @property
    def name(self) -> str:
        """Say which place it is, by the field or the part of the address."""
        return f"{self.operation} {self.marks[self.place][1]}"

    @property
    def kind(self) -> str:
        """Say what is named there."""
        return self.marks[self.place][0]

    @cached_property
    def marks(self) -> list[tuple[str, str]]:
        """List what is named, in order, and by which field."""
        found: list[tuple[str, str]] = []

        def note(kind: str, field: str) -> str:
            found.append((kind, field))
            return kind

        self._filled(note)
        return found

    def filled(self, own: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, Any]:
        """Return address and body."""
        numbers = itertools.count()
        return self._filled(lambda kind, _: (other if next(numbers) == self.place else own)[kind])

    def _filled(self, put: Callable[[str, str], str]) -> tuple[str, Any]:
        steps = [put(step[1:], step[1:]) if step.startswith(MARK) else step for step in self.address.split("/")]
        return "/".join(steps), _put(self.body, put, "")


def _put(node: Any, put: Callable[[str, str], str], field: str) -> Any:
    if isinstance(node, dict):
        return {name: _put(value, put, name) for name, value in node.items()}
    if isinstance(node, list):
        return [_put(value, put, field) for value in node]
    return put(node[1:], field) if isinstance(node, str) and node.startswith(MARK) else node


def templates(document: Node, bodies: Mapping[str, Any]) -> Iterator[Template]:
    """Yield a template for every place of every operation; `bodies` are sounder requests than the document's own."""
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            name = f"{method.upper()} {path.removeprefix('/api/v1')}"
            yield from _of_operation(document, name, one, bodies)


def marked(operation: str, body: Any) -> Template:
    """Mark what a request names."""
    short = operation.split(" ")[1]
    kinds = {**FIELDS, **OF_OPERATIONS.get(operation, {})}
    return Template(operation, "/".join(_step(short, step) for step in short.split("/")), _marked(body, kinds))


def _of_operation(document: Node, operation: str, one: Node, bodies: Mapping[str, Any]) -> Iterator[Template]:
    content = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    example = next((row["value"] for row in content.get("examples", {}).values()), None)
    whole = marked(operation, bodies.get(operation, example))
    for place in range(len(whole.marks)):
        yield replace(whole, place=place)
    if operation not in bodies:
        for more in _optional(document, content.get("schema", {}), whole):
            yield replace(whole, body=more, place=len(replace(whole, body=more).marks) - 1)


def _step(short: str, step: str) -> str:
    """`{proposal_id}` below `/costs` is the mark `@costs.proposal_id`."""
    if not step.startswith("{"):
        return step
    if not step.endswith("}"):
        # `{number}.pdf`: the first file.
        return "1" + step.partition("}")[2]
    return f"{MARK}{short.split('/')[1]}.{step[1:-1]}"


def _marked(node: Any, kinds: Mapping[str, str], field: str = "") -> Any:
    if isinstance(node, dict):
        return {name: _marked(value, kinds, name) for name, value in node.items()}
    if isinstance(node, list):
        return [_marked(value, kinds, field) for value in node]
    if isinstance(node, str) and node.startswith(MARK):
        return node
    if kinds.get(field):
        return MARK + kinds[field]
    return WORDS.get(field, node) if node in EMPTY_WORDS else node


def _optional(document: Node, schema: Node, whole: Template) -> Iterator[Any]:
    """Yield the body with one more field that names a row, last; what it hangs on is there already."""
    kinds = {**FIELDS, **OF_OPERATIONS.get(whole.operation, {})}
    for name, one in _properties(document, schema).items():
        if not isinstance(whole.body, dict) or name in whole.body or not kinds.get(name):
            continue
        is_list = "array" in str(_seen(document, one).get("type"))
        needed = {"household": f"{MARK}household"} if kinds[name] == "member" else {}
        yield {**needed, **whole.body, name: [MARK + kinds[name]] if is_list else MARK + kinds[name]}


def _properties(document: Node, schema: Node) -> Node:
    found = _seen(document, schema)
    options = [*found.get("oneOf", []), *found.get("anyOf", []), *found.get("allOf", [])]
    if options and "properties" not in found:
        return _properties(document, options[0])
    return dict(found.get("properties", {}))


def _seen(document: Node, schema: Node) -> Node:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema
