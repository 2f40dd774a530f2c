"""Refusals: what an action answers instead of shrugging.

    Refusal
     +-- Missing        not there, or not yours to see
     +-- Conflicting    understood, but at odds with the present state of things
     +-- Unacceptable   understood and refused for what it says
     +-- NotAllowed     this caller may not do this

Each concrete refusal is defined where it is raised. It carries a code that is stable for ever, a sentence for
people in both languages and the facts, and it knows no HTTP: a door maps the four kinds to its own answers.
"""

from collections.abc import Iterator
from typing import ClassVar

Fact = str | int | bool | None | list[str] | list[int]


class Refusal(Exception):
    """A clear no. Subclasses set `code`, `zh` and `en`; the two texts may name facts in braces."""

    code: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, *, pointer: str | None = None, **facts: Fact) -> None:
        super().__init__(self.code, facts)
        self.pointer = pointer
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code}: {self.message('en')}"

    def message(self, language: str) -> str:
        """Say it for people, in `zh` or `en`."""
        return (self.zh if language.startswith("zh") else self.en).format(**self.facts)


class Missing(Refusal):
    """Not there, or not yours to see: a stranger cannot tell the two apart."""


class Conflicting(Refusal):
    """Understood, but at odds with the present state of things."""


class Unacceptable(Refusal):
    """Understood, and refused for what it says."""


class NotAllowed(Refusal):
    """The caller's rights do not reach this far."""


def every_refusal() -> Iterator[type[Refusal]]:
    """Yield each concrete refusal that has been imported, for the published list of codes."""
    waiting = list(Refusal.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if "code" in vars(kind):
            yield kind
