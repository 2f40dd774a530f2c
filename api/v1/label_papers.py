"""Label papers and printers: what can be printed on, where the next label goes, and how far a printer misses."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import CodeField, StrictSerializer, TextField, WholeField
from api.pages import page_of
from logistics.press.label_papers import (
    GEOMETRY,
    change_printer,
    get_printer,
    printers_for,
    register_printer,
    register_sheet,
    sheets_for,
)
from logistics.press.models import Printer
from logistics.press.reads import calibration_file

PRINT = {"POST": ("labels:print",), "GET": ("labels:print",)}
NAME_LENGTH_MAX = 24
SIDE_UM_MAX = 500_000
OFFSET_UM_MAX = 20_000


class SheetInput(StrictSerializer):
    """A label paper by its measures, in micrometres from the page's top left corner."""

    name = CodeField()
    product = TextField(length=60, required=False, allow_blank=True, default="", help_text="What stands on the box.")
    page_width_um = WholeField(least=1, most=SIDE_UM_MAX)
    page_height_um = WholeField(least=1, most=SIDE_UM_MAX)
    rows = WholeField(least=1, most=100)
    columns = WholeField(least=1, most=100)
    margin_left_um = WholeField(most=SIDE_UM_MAX)
    margin_top_um = WholeField(most=SIDE_UM_MAX)
    gutter_x_um = WholeField(most=SIDE_UM_MAX)
    gutter_y_um = WholeField(most=SIDE_UM_MAX)
    label_width_um = WholeField(least=1, most=SIDE_UM_MAX)
    label_height_um = WholeField(least=1, most=SIDE_UM_MAX)

    def validate_name(self, value: str) -> str:
        """Refuse a name that is too long."""
        if len(value) > NAME_LENGTH_MAX:
            raise serializers.ValidationError(f"At most {NAME_LENGTH_MAX} characters.", code="max_length")
        return value


class SheetAnswer(serializers.Serializer):
    """A label paper by its measures, in micrometres."""

    name = serializers.CharField()
    product = serializers.CharField(allow_blank=True)
    positions = serializers.IntegerField()
    page_width_um = serializers.IntegerField()
    page_height_um = serializers.IntegerField()
    rows = serializers.IntegerField()
    columns = serializers.IntegerField()
    margin_left_um = serializers.IntegerField()
    margin_top_um = serializers.IntegerField()
    gutter_x_um = serializers.IntegerField()
    gutter_y_um = serializers.IntegerField()
    label_width_um = serializers.IntegerField()
    label_height_um = serializers.IntegerField()


class SheetsAnswer(serializers.Serializer):
    """All label papers."""

    items = serializers.ListField(child=SheetAnswer())


class LabelSheets(Door):
    """Label papers."""

    scopes = PRINT

    @documented(
        "List label sheets",
        "Papers that can be bought anywhere, and those that the caller's organisation or one above it registered.",
        answers={200: SheetsAnswer},
        tag="labels",
    )
    def get(self, request: Request) -> Response:
        """List."""
        return Response({"items": [_sheet(sheet) for sheet in sheets_for(self.actor.organisation).values()]})

    @documented(
        "Register a label sheet",
        "A paper of one's own. Print its calibration page before the first batch.",
        request=SheetInput,
        answers={201: SheetAnswer},
        problems=(409, 413, 415, 422),
        tag="labels",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        data = self.read(SheetInput)
        return Response(_sheet(register_sheet(organisation=self.actor.organisation, **data)), status=201)


class CalibrationPages(Door):
    """Pages that show how far a printer misses."""

    scopes = {"GET": ("labels:print",)}
    query = ("printer",)

    @documented(
        "Download a calibration page",
        "Frames where the labels should be, with millimetres from each corner, as the printer is set now.",
        answers={200: OpenApiTypes.BINARY},
        problems=(422,),
        query={"printer": "The code of a printer; without it, one that misses nothing."},
        tag="labels",
    )
    def get(self, request: Request, name: str) -> HttpResponse:
        """Download."""
        printer = request.query_params.get("printer", "")
        pdf = calibration_file(sheet=name, printer=printer, organisation=self.actor.organisation)
        return HttpResponse(pdf, content_type="application/pdf")


class PrinterSettings(StrictSerializer):
    """How a printer is set. An offset is how far everything moves to the right and down, in micrometres."""

    dots_per_inch = WholeField(least=1, most=600, required=False, default=203, help_text="203, 300 or 600.")
    offset_x_um = WholeField(least=-OFFSET_UM_MAX, most=OFFSET_UM_MAX, required=False, default=0)
    offset_y_um = WholeField(least=-OFFSET_UM_MAX, most=OFFSET_UM_MAX, required=False, default=0)


class PrinterInput(PrinterSettings):
    """A printer."""

    code = CodeField()
    name = TextField(length=60)


class PrinterAnswer(serializers.Serializer):
    """A printer, and where the next label goes on each paper that was printed on it."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    dots_per_inch = serializers.IntegerField()
    offset_x_um = serializers.IntegerField()
    offset_y_um = serializers.IntegerField()
    next_positions = serializers.DictField(child=serializers.IntegerField())


class Printers(Door):
    """Printers."""

    scopes, is_list = PRINT, True

    @documented(
        "List printers",
        "Those of the caller's organisation and of those below it.",
        answers={200: paged(PrinterAnswer, "Printer")},
        tag="labels",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, printers_for(self.actor.organisation).prefetch_related("positions"), _printer)

    @documented(
        "Register a printer",
        "Its dots decide how large a module of a QR is: always a whole number of them.",
        request=PrinterInput,
        answers={201: PrinterAnswer},
        problems=(409, 413, 415, 422),
        tag="labels",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        row = register_printer(organisation=self.actor.organisation, **self.read(PrinterInput))
        return Response(_printer(row), status=201)


class PrinterChanges(Door):
    """Printers set anew."""

    scopes = {"POST": ("labels:print",)}

    @documented(
        "Set a printer",
        "What the calibration page showed. A printer that prints 1.5 mm too far right needs 1,500 less.",
        request=PrinterSettings,
        answers={200: PrinterAnswer},
        problems=(409, 413, 415, 422),
        tag="labels",
        is_repeatable=True,
    )
    def post(self, request: Request, code: str) -> Response:
        """Set."""
        printer = get_printer(code=code, organisation=self.actor.organisation)
        return Response(_printer(change_printer(printer=printer, **self.read(PrinterSettings))))


def _sheet(sheet: Any) -> dict[str, Any]:
    measures = {name: getattr(sheet, name) for name in GEOMETRY}
    return {"name": sheet.name, "product": sheet.product, "positions": sheet.positions, **measures}


def _printer(row: Printer) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "code": row.code,
        "name": row.name,
        "dots_per_inch": row.dots_per_inch,
        "offset_x_um": row.offset_x_um,
        "offset_y_um": row.offset_y_um,
        "next_positions": {position.sheet: position.position for position in row.positions.all()},
    }
