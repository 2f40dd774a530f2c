"""Draw the first page of every kind of paper into docs/paper/, from the demonstration."""

import io

import pypdfium2
from django.utils import timezone

from labels.files import POINTS_PER_INCH
from logistics.donations.models import Donation
from logistics.households.collectors import authorise_collector
from logistics.households.models import Household
from logistics.lists.models import PublicNotice
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.parties.models import Person
from logistics.press.demo_coats import COATS
from logistics.press.paper_jobs import KINDS, draw_paper_job
from logistics.press.paper_reads import get_paper_job, paper_file
from logistics.press.paper_requests import ask_for_paper
from logistics.stock.count_models import StockTake
from logistics.stock.counts import open_stock_take
from logistics.stock.models import KitRecipe, Purchase, Warehouse
from tests.architecture.house import ROOT

FOLDER = ROOT / "docs" / "paper"
DPI, COLOURS = 80, 24


def draw_papers() -> None:
    """Print every kind as an officer of the demonstration would, and keep a small picture of its first page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    officer = Person.objects.select_related("organisation").get(username="officer")
    actor = Actor(officer.organisation, officer.id, officer)
    said = _answers(actor)
    _authorise_collectors(actor, str(said["township"]))
    for name, kind in KINDS.items():
        request = {field: said[field] for field in kind.needs}
        job = ask_for_paper(actor=actor, kind=name, request=request, now=timezone.now())
        draw_paper_job(job.id)
        data, _ = paper_file(get_paper_job(job_id=job.id, organisation=actor.organisation))
        path = FOLDER / f"{name.lower().replace('_', '-')}.png"
        path.write_bytes(picture_of(data))
        print(f"docs/paper/{path.name}")


def _answers(actor: Actor) -> dict[str, str | int]:
    open_parcels = Parcel.objects.filter(organisation=actor.organisation, household__isnull=False, state="PACKED")
    parcel = open_parcels.select_related("warehouse")[0]
    gift = Donation.objects.filter(organisation=actor.organisation, kind="GOODS").select_related("code")[0]
    return {
        "year": timezone.localdate(gift.received_at).year,
        "batch": parcel.batch,
        "township": parcel.township,
        "warehouse": parcel.warehouse.code,
        "gift": gift.code.text,
        "parcel": parcel.code.text,
        "purchase": str(Purchase.objects.filter(organisation=actor.organisation).order_by("-id")[0].id),
        "stock_take": str(_stock_take(actor, parcel.warehouse).id),
        "recipe": KitRecipe.objects.all()[0].code,
        "quantity": 24,
        "notice": PublicNotice.objects.filter(organisation=actor.organisation).order_by("-id")[0].reference,
        "programme": COATS,
        "names": "\n".join(f"甲区 {shelf:02d} 架" for shelf in range(1, 9)),
    }


def _authorise_collectors(actor: Actor, township: str) -> None:
    for household in Household.objects.filter(organisation=actor.organisation, township=township)[:4]:
        authorise_collector(actor=actor, household=household, name="示例代领人", relation="邻居", now=timezone.now())


def _stock_take(actor: Actor, warehouse: Warehouse) -> StockTake:
    standing = StockTake.objects.filter(warehouse=warehouse, state="OPEN").first()
    return standing or open_stock_take(actor=actor, warehouse=warehouse, now=timezone.now())


def picture_of(pdf: bytes) -> bytes:
    """Draw the first page of a PDF small, as a PNG of few colours."""
    document = pypdfium2.PdfDocument(pdf)
    image = document[0].render(scale=DPI / POINTS_PER_INCH).to_pil()
    document.close()
    buffer = io.BytesIO()
    image.convert("RGB").quantize(COLOURS).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
