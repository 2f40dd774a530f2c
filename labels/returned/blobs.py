"""Connected dark parts of a small image."""

from dataclasses import dataclass

from PIL import Image

# What touches one edge of a box is at home there if it is so high, of the box, and so wide.
HOME_SHARE, HOME_MM = 0.45, 6.0


@dataclass
class Blob:
    """One connected part: its bounds in pixels (right and bottom outside it), how many pixels, and their sums."""

    left: int
    top: int
    right: int
    bottom: int
    area: int
    sum_x: int
    sum_y: int

    @property
    def width(self) -> int:
        """Return how wide it is."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Return how high it is."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Return the centre of its pixels."""
        return self.sum_x / self.area + 0.5, self.sum_y / self.area + 0.5


def blobs_of(mask: Image.Image) -> list[Blob]:
    """List the connected parts of the pixels that are not 0; corners that touch connect. Runs of a row are joined."""
    width, height = mask.size
    data = mask.tobytes()
    parents: list[int] = []
    blobs: list[Blob] = []

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    above: list[tuple[int, int, int]] = []
    for y in range(height):
        row = data[y * width : (y + 1) * width]
        runs = []
        for left, right in _runs(row):
            here = len(parents)
            parents.append(here)
            length = right - left
            blobs.append(Blob(left, y, right, y + 1, length, (left + right - 1) * length // 2, y * length))
            for other_left, other_right, place in above:
                if other_left <= right and left <= other_right:
                    first, second = sorted((root(place), root(here)))
                    if first != second:
                        parents[second] = first
                        _join(blobs[first], blobs[second])
            runs.append((left, right, here))
        above = runs
    return [blob for place, blob in enumerate(blobs) if parents[place] == place]


def across(blob: Blob) -> float:
    """Return how far it is from one corner of its bounds to the other."""
    return float((blob.width**2 + blob.height**2) ** 0.5)


def touched(blob: Blob, size: tuple[int, int]) -> list[str]:
    """Name the edges of a picture that a blob touches."""
    width, height = size
    edges = {"left": blob.left <= 1, "top": blob.top <= 1, "right": blob.right >= width - 1}
    edges["bottom"] = blob.bottom >= height - 1
    return [edge for edge, is_touched in edges.items() if is_touched]


def fills(blob: Blob, size: tuple[int, int], px_per_mm: float) -> bool:
    """Tell whether a blob that touches one edge is large, and not on its way through.

    What touches two edges is: a line that strikes out a row, the ring of a cup, a fold.
    """
    is_large = blob.height >= HOME_SHARE * size[1] and blob.width >= HOME_MM * px_per_mm
    return is_large and len(touched(blob, size)) == 1


def _runs(row: bytes) -> list[tuple[int, int]]:
    runs, place, width = [], 0, len(row)
    while place < width:
        if not row[place]:
            following = len(row) - len(row[place:].lstrip(b"\0"))
            place = following
            continue
        end = row.find(b"\0", place)
        end = width if end < 0 else end
        runs.append((place, end))
        place = end
    return runs


def _join(blob: Blob, other: Blob) -> None:
    blob.left, blob.top = min(blob.left, other.left), min(blob.top, other.top)
    blob.right, blob.bottom = max(blob.right, other.right), max(blob.bottom, other.bottom)
    blob.area += other.area
    blob.sum_x += other.sum_x
    blob.sum_y += other.sum_y
