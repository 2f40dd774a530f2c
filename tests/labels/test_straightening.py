"""How a page lies: the plane through many points, corner marks, and connected parts."""

import io
import random

import pytest
from PIL import Image, ImageFilter

from labels.returned.blobs import blobs_of
from labels.returned.ink import closed
from labels.returned.plane import Plane, PlaneUnknown, misses, plane_through
from labels.returned.straightening import lying_of
from tests.labels.camera import Shot, photograph
from tests.labels.grain import grain
from tests.labels.signing import printed_sheet, seen_on

pytestmark = pytest.mark.engine("sqlite")
TRUE = Plane((0.012, -0.002, 300.0, 0.001, 0.011, 120.0, 4e-7, 9e-7))
POINTS = [(float(x), float(y)) for x in range(0, 200_001, 40_000) for y in range(0, 280_001, 70_000)]


def test_it_finds_the_plane_that_the_points_lie_in() -> None:
    pairs = [(point, TRUE.at(point)) for point in POINTS]
    found = plane_through(pairs)
    assert max(misses(found, pairs)) < 1e-6
    assert found.values == pytest.approx(TRUE.values, rel=1e-6)


def test_one_point_that_was_seen_wrongly_does_not_pull_the_rest() -> None:
    dice = random.Random(1)
    pairs = [(point, TRUE.at(point)) for point in POINTS]
    pairs = [(here, (x + dice.gauss(0, 0.5), y + dice.gauss(0, 0.5))) for here, (x, y) in pairs]
    pairs[7] = (pairs[7][0], (pairs[7][1][0] + 400, pairs[7][1][1] - 250))
    found = plane_through(pairs)
    others = [point for place, point in enumerate(POINTS) if place != 7]
    assert max(misses(found, [(point, TRUE.at(point)) for point in others])) < 4


def test_a_grid_on_the_plane_is_the_plane() -> None:
    values = Plane(TRUE.after(30_000, 50_000, 125))
    assert values.at((16, 8)) == pytest.approx(TRUE.at((32_000, 51_000)))


@pytest.mark.parametrize("points", [[], POINTS[:3], [(float(x), 0.0) for x in range(6)], [(1.0, 1.0)] * 5])
def test_too_few_points_and_points_on_one_line_are_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(PlaneUnknown):
        plane_through([(point, point) for point in points])


def test_the_corner_marks_are_found_and_sharpen_the_plane() -> None:
    places = printed_sheet().places[1]
    shot = Shot(turn=6, lean=0.06, noise=4, light=0.5)
    photo = Image.open(io.BytesIO(photograph(printed_sheet().pages[1], shot, random.Random(2))))
    photo = photo.convert("RGB")
    lying = lying_of(photo, seen_on(photo), places)
    assert lying is not None
    assert lying.marks == 4
    for box in places.boxes.values():
        # Both ends of a box's upper line are dark where the plane says.
        for corner in (box.corners()[0], box.corners()[1]):
            x, y = lying.plane.at(corner)
            around = photo.convert("L").crop((int(x) - 8, int(y) - 8, int(x) + 9, int(y) + 9))
            low, high = around.getextrema()
            assert low < 0.5 * high


def test_parts_that_touch_by_a_corner_are_one() -> None:
    mask = Image.new("L", (8, 6), 0)
    for at in ((0, 0), (1, 1), (2, 2), (4, 2), (3, 3), (7, 0), (7, 5), (0, 5), (1, 5)):
        mask.putpixel(at, 255)
    found = sorted((blob.area, blob.width, blob.height) for blob in blobs_of(mask))
    assert found == [(1, 1, 1), (1, 1, 1), (2, 2, 1), (5, 5, 4)]
    (pair,) = (blob for blob in blobs_of(mask) if blob.area == 2)
    assert pair.middle == (1.0, 5.5)


def test_parts_cover_the_mask_once() -> None:
    noise = grain((60, 40), 90, random.Random(1)).point(lambda value: 255 if value > 140 else 0)
    assert sum(blob.area for blob in blobs_of(noise)) == noise.histogram()[255]


@pytest.mark.parametrize("size", [(37, 23), (5, 4), (64, 1)])
@pytest.mark.parametrize("reach", [1, 2, 9])
def test_thin_dark_parts_are_filled_as_by_widening_and_narrowing_pixel_by_pixel(
    size: tuple[int, int], reach: int
) -> None:
    slow = noise = grain(size, 90, random.Random(2))
    for step in (ImageFilter.MaxFilter(3), ImageFilter.MinFilter(3)):
        for _ in range(reach):
            slow = slow.filter(step)
    assert closed(noise, reach).tobytes() == slow.tobytes()
