"""A sheet on its way back: printed for the cast's families, signed by the test, and scanned or photographed."""

import io
import random
from collections.abc import Sequence

from PIL import Image

from labels.returned.places import PagePlaces
from logistics.households.actions import record_household
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.press.models import PaperJob
from logistics.press.paper_jobs import draw_paper_job
from logistics.press.paper_reads import paper_file
from logistics.press.paper_requests import ask_for_paper
from logistics.press.returned_looks import look_at_box
from logistics.press.returned_models import ReturnedPaper, SheetPage
from tests.cast import World
from tests.labels.camera import Shot, photograph
from tests.labels.pens import DOUBTS, MARKS, NO_MARKS, Paper
from tests.labels.signing import pictures_of

SIZE = (1836, 2448)


def families_with_parcels(world: World, count: int = 3) -> list[Parcel]:
    """Plan and send out a parcel for each of so many families."""
    world.stock_kits(count)
    families = [
        record_household(
            organisation=world.county,
            township="少云镇",
            division_code="990101001",
            head_name=f"示例家庭{number}",
            now=world.now,
        )
        for number in range(count)
    ]
    parcels = plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        recipe=world.recipe,
        recipients=[Recipient(family) for family in families],
        count=count,
        now=world.now,
    )
    for parcel in parcels:
        Parcel.objects.filter(id=parcel.id).update(batch="b-1")
        world.walk(parcel, "PACK", "SEAL", "DISPATCH")
    return parcels


def printed(world: World) -> PaperJob:
    """Print the sheet of the batch."""
    job = ask_for_paper(actor=world.partner, kind="SIGN_OFF_SHEET", request={"batch": "b-1"}, now=world.now)
    draw_paper_job(job.id)
    job.refresh_from_db()
    assert job.state == "DONE", job.problem
    return job


def signed_page(job: PaperJob, marks: Sequence[str], seed: int = 1) -> Image.Image:
    """Sign the first page of a sheet, row by row."""
    (picture, *_) = pictures_of(paper_file(job)[0])
    paper = Paper(picture, random.Random(seed))
    places = PagePlaces.of_fields(SheetPage.objects.filter(job=job).order_by("number")[0].places)
    for box, mark in zip(places.boxes.values(), marks, strict=False):
        {**MARKS, **NO_MARKS, **DOUBTS}[mark](paper, box)
    return paper.page


def photo_of(job: PaperJob, marks: Sequence[str], *, turn: float = 3, seed: int = 1) -> bytes:
    """Photograph the signed first page."""
    shot = Shot(turn=turn, lean=0.03, light=0.8, noise=3)
    return photograph(signed_page(job, marks, seed), shot, random.Random(seed), SIZE)


def flat_photo(job: PaperJob, marks: Sequence[str], *, seed: int = 1, turn: int = 0) -> bytes:
    """Lay the signed first page under a camera on a stand: flat and lit, at 200 dots per inch."""
    buffer = io.BytesIO()
    page = signed_page(job, marks, seed).resize((1654, 2339), Image.Resampling.BOX)
    page.rotate(turn, expand=True).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def look_at_all(world: World, paper: ReturnedPaper, actor: Actor) -> None:
    """Let somebody look at every box of a paper, as its page does while it is scrolled."""
    for row in [row for row in paper.rows.all() if row.picture]:
        look_at_box(actor=actor, paper=paper, row_id=row.id, now=world.now)


def scan_of(pages: Sequence[Image.Image]) -> bytes:
    """Put pages on a flatbed scanner, and into one PDF."""
    buffer = io.BytesIO()
    first, *others = [page.convert("L") for page in pages]
    first.save(buffer, "PDF", resolution=300, save_all=True, append_images=others)
    return buffer.getvalue()
