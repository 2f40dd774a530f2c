"""What a page must be for somebody who cannot see it, or only uses keys: read from its HTML, with no browser."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FIELDS = {"input", "select", "textarea"}
# Inputs that nobody fills in, or whose words are their value.
_UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
_NAMED = {"button", "a", "summary", "legend", "th", "label", "title", *_HEADINGS}
_REFERS = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


@dataclass
class Node:
    """An element, with all the words in it."""

    tag: str
    has: dict[str, str]
    above: "Node | None" = None
    below: list["Node"] = field(default_factory=list)
    words: str = ""

    def every(self) -> Iterator["Node"]:
        """Yield the element and all below it, in the order of the page."""
        yield self
        for node in self.below:
            yield from node.every()

    def is_within(self, tag: str) -> bool:
        """Tell whether it stands in an element of this kind."""
        return self.above is not None and (self.above.tag == tag or self.above.is_within(tag))

    @property
    def text(self) -> str:
        """Return the words in it, and what stands for its pictures."""
        own = [node.words + node.has.get("alt", "") + node.has.get("aria-label", "") for node in self.every()]
        return " ".join("".join(own).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Node("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.below.append(node)
        if tag not in _VOID:
            self.here = node

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self.here
        while node is not None and node.tag != tag:
            node = node.above
        if node is not None and node.above is not None:
            self.here = node.above

    def handle_data(self, data: str) -> None:
        self.here.words += data


def faults_of(page: str, language: str) -> list[str]:
    """List what is wrong with a page in this language, in words."""
    reader = _Reader()
    reader.feed(page)
    every = list(reader.root.every())
    return [*_of_the_page(every, language), *_of_ids(every), *_of_fields(every), *_of_names(every), *_of_tables(every)]


def _of_the_page(every: list[Node], language: str) -> Iterator[str]:
    (html,) = [node for node in every if node.tag == "html"]
    if not html.has.get("lang", "").lower().startswith(language):
        yield f"its language is said to be {html.has.get('lang')!r}"
    steps = [int(node.tag[1]) for node in every if node.tag in _HEADINGS]
    if steps.count(1) != 1:
        yield f"{steps.count(1)} first headings"
    if any(after > before + 1 for before, after in pairwise(steps)):
        yield f"headings leave out a step: {steps}"
    if [node.tag for node in every].count("main") != 1:
        yield "no main part, or several"


def _of_ids(every: list[Node]) -> Iterator[str]:
    ids = Counter(node.has["id"] for node in every if node.has.get("id"))
    yield from (f"id {name} stands {count} times" for name, count in ids.items() if count > 1)
    for node in every:
        for name in _REFERS:
            nowhere = set(node.has.get(name, "").split()) - ids.keys()
            yield from (f"{name} names {one}, which is nowhere" for one in sorted(nowhere))


def _of_fields(every: list[Node]) -> Iterator[str]:
    labels = {node.has["for"] for node in every if node.tag == "label" and node.has.get("for") and node.text}
    for node in every:
        if node.tag not in _FIELDS or node.has.get("type") in _UNLABELLED:
            continue
        is_told = node.has.get("aria-label") or node.has.get("aria-labelledby") or node.has.get("id") in labels
        if not is_told and not node.is_within("label"):
            yield f"nothing says what the field {node.has.get('name')} is"


def _of_names(every: list[Node]) -> Iterator[str]:
    for node in every:
        if node.tag in _NAMED and not node.text and "hidden" not in node.has:
            yield f"an empty {node.tag} {node.has}"
        if node.tag == "img" and "alt" not in node.has:
            yield f"a picture without words: {node.has.get('src')}"


def _of_tables(every: list[Node]) -> Iterator[str]:
    for table in (node for node in every if node.tag == "table"):
        if not any(node.tag == "th" for node in table.every()):
            yield "a table without headings"
        columns = {node.text for node in table.every() if node.tag == "th" and node.is_within("thead")}
        # On a telephone a cell says its column's name itself.
        names = {node.has["data-name"] for node in table.every() if "data-name" in node.has}
        yield from (f"a cell is called {name!r}, and no column is" for name in sorted(names - columns))
