"""Sets of numbered units as sorted, disjoint, half-open spans: what an account holds of a lot."""

from collections.abc import Sequence

Span = tuple[int, int]


def count_of_units(spans: Sequence[Span]) -> int:
    """Count the units in the spans."""
    return sum(stop - start for start, stop in spans)


def lowest(spans: Sequence[Span], quantity: int) -> list[Span]:
    """Choose the `quantity` units with the lowest numbers. Fewer come back where fewer are there."""
    chosen: list[Span] = []
    for start, stop in spans:
        if quantity <= 0:
            break
        taken = min(stop - start, quantity)
        chosen.append((start, start + taken))
        quantity -= taken
    return chosen


def highest(spans: Sequence[Span], quantity: int) -> list[Span]:
    """Choose the `quantity` units with the highest numbers, in order. Fewer come back where fewer are there."""
    chosen: list[Span] = []
    for start, stop in reversed(spans):
        if quantity <= 0:
            break
        taken = min(stop - start, quantity)
        chosen.append((stop - taken, stop))
        quantity -= taken
    return chosen[::-1]


def has_span(spans: Sequence[Span], wanted: Span) -> bool:
    """Tell whether every unit of `wanted` is there."""
    return any(start <= wanted[0] and wanted[1] <= stop for start, stop in spans)


def with_span(spans: Sequence[Span], added: Span) -> list[Span]:
    """Add units that are not there yet, joining neighbours."""
    start, stop = added
    before = [span for span in spans if span[1] < start]
    after = [span for span in spans if span[0] > stop]
    for low, high in spans[len(before) : len(spans) - len(after)]:
        start, stop = min(start, low), max(stop, high)
    return [*before, (start, stop), *after]


def without_span(spans: Sequence[Span], removed: Span) -> list[Span]:
    """Take away units that are there."""
    kept: list[Span] = []
    for start, stop in spans:
        if start < removed[0] < stop:
            kept.append((start, removed[0]))
        if start < removed[1] < stop:
            kept.append((removed[1], stop))
        if stop <= removed[0] or start >= removed[1]:
            kept.append((start, stop))
    return kept
