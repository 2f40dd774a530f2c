"""Who can be served: each household in the order of the list takes one thing of a kind that fits it.

A household is kept if, by moving those before it to other kinds that fit them as well, everybody kept so far can still
be served. The sets that can be served together form a transversal matroid (Edmonds and Fulkerson, 1965), and in a
matroid the greedy choice in the order of rank is the best there is: nobody could be added, and no kept household gave
way to one behind it. One search walks over kinds, of which there are few, and never over households.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from logistics.kernel.refusals import Unacceptable

KINDS_MAX = 1_000


class TooManyKinds(Unacceptable):
    code = "too_many_kinds"
    zh = "一次最多分配 {most} 类物资，这里有 {count} 类。"
    en = "At most {most} kinds of goods can be given out together; here are {count}."


@dataclass(frozen=True)
class Wish:
    """A household and the kinds that fit it and that may be used for it, the dearest to it first."""

    reference: str
    kinds: tuple[str, ...]


def served(wishes: Iterable[Wish], on_hand: Mapping[str, int]) -> dict[str, str]:
    """Return the kind that each kept household gets; `wishes` come in the order of rank. Refuses TooManyKinds."""
    if len(on_hand) > KINDS_MAX:
        raise TooManyKinds(most=KINDS_MAX, count=len(on_hand))
    table = _Table({kind: left for kind, left in on_hand.items() if left > 0})
    for wish in wishes:
        table.seat(wish)
    return table.given


@dataclass
class _Table:
    """What is left of each kind, who holds what, and who could change from one kind to another."""

    left: dict[str, int]
    given: dict[str, str] = field(default_factory=dict)
    # For each pair of kinds, in the order of their coming, those who hold the first and could take the second.
    _movable: dict[str, dict[str, dict[str, Wish]]] = field(default_factory=dict)
    # Kinds from which no search can come to anything left over: nothing is ever given back, so none ever will.
    _closed: set[str] = field(default_factory=set)

    def seat(self, wish: Wish) -> None:
        """Serve a household if everybody kept so far stays served."""
        path = self._path([kind for kind in wish.kinds if kind in self.left and kind not in self._closed])
        if not path:
            return
        self.left[path[-1]] -= 1
        # From the free end: each holder steps on, and leaves its place to the one before.
        for kind, onward in reversed(list(pairwise(path))):
            holder = next(iter(self._movable[kind][onward].values()))
            self._forget(holder, kind)
            self._hold(holder, onward)
        self._hold(wish, path[0])

    def _path(self, firsts: list[str]) -> list[str]:
        """Find the shortest chain of kinds that ends where something is left; empty, and closed for ever, if none."""
        reached_from: dict[str, str | None] = dict.fromkeys(firsts)
        waiting = deque(firsts)
        while waiting:
            kind = waiting.popleft()
            if self.left[kind]:
                return _walked(kind, reached_from)
            for onward, holders in self._movable.get(kind, {}).items():
                if holders and onward not in reached_from and onward not in self._closed:
                    reached_from[onward] = kind
                    waiting.append(onward)
        self._closed.update(reached_from)
        return []

    def _hold(self, wish: Wish, kind: str) -> None:
        self.given[wish.reference] = kind
        ways = self._movable.setdefault(kind, {})
        for onward in wish.kinds:
            if onward != kind and onward in self.left:
                ways.setdefault(onward, {})[wish.reference] = wish

    def _forget(self, wish: Wish, kind: str) -> None:
        for holders in self._movable[kind].values():
            holders.pop(wish.reference, None)


def _walked(kind: str, reached_from: Mapping[str, str | None]) -> list[str]:
    path = [kind]
    while (before := reached_from[path[-1]]) is not None:
        path.append(before)
    return path[::-1]
