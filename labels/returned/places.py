"""Where things stand on a printed page, as the drawing itself found them, in micrometres from the page's corner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

UM_PER_CSS_PX = 25_400 / 96
# How an element of a paper says that its place is to be kept: the kind, then which one.
MARK, SQUARE, BOX = "mark.", "square.", "box."


class Rect(NamedTuple):
    """A rectangle on paper."""

    left_um: int
    top_um: int
    right_um: int
    bottom_um: int

    def corners(self) -> list[tuple[float, float]]:
        """List the corners clockwise from the top left."""
        return [
            (self.left_um, self.top_um),
            (self.right_um, self.top_um),
            (self.right_um, self.bottom_um),
            (self.left_um, self.bottom_um),
        ]

    def centre(self) -> tuple[float, float]:
        """Return the middle."""
        return (self.left_um + self.right_um) / 2, (self.top_um + self.bottom_um) / 2

    def grown(self, by_um: int) -> "Rect":
        """Return the rectangle with a margin on every side; a negative one makes it smaller."""
        return Rect(self.left_um - by_um, self.top_um - by_um, self.right_um + by_um, self.bottom_um + by_um)


@dataclass(frozen=True)
class PagePlaces:
    """One printed page: its corner marks, the square of each code, the box to sign in that goes with a code."""

    marks: tuple[Rect, ...]
    squares: Mapping[str, Rect]
    boxes: Mapping[str, Rect]

    def as_fields(self) -> dict[str, object]:
        """Say it in plain values, as it is kept."""
        return {"marks": self.marks, "squares": dict(self.squares), "boxes": dict(self.boxes)}

    @classmethod
    def of_fields(cls, fields: Mapping[str, object]) -> "PagePlaces":
        """Read what `as_fields` said. PostgreSQL keeps the keys of JSON in an order of its own: boxes go downwards."""
        marks, squares, boxes = fields["marks"], fields["squares"], fields["boxes"]
        assert isinstance(marks, list | tuple) and isinstance(squares, dict) and isinstance(boxes, dict)
        return cls(
            tuple(Rect(*mark) for mark in marks),
            {code: Rect(*rect) for code, rect in squares.items()},
            {code: Rect(*rect) for code, rect in sorted(boxes.items(), key=lambda box: (box[1][1], box[1][0]))},
        )


def places_of(anchors: Mapping[str, tuple[float, float, float, float]]) -> PagePlaces:
    """Make the places of a page from its anchors, which WeasyPrint gives as edges in CSS pixels."""
    found = {name: Rect(*(round(edge * UM_PER_CSS_PX) for edge in edges)) for name, edges in anchors.items()}
    return PagePlaces(
        tuple(rect for name, rect in sorted(found.items()) if name.startswith(MARK)),
        {name.removeprefix(SQUARE): rect for name, rect in found.items() if name.startswith(SQUARE)},
        {name.removeprefix(BOX): rect for name, rect in found.items() if name.startswith(BOX)},
    )
