"""Gifts and bank statements that come as files: read, matched, looked at, and then recorded."""

import io
import uuid
from typing import Any

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import MomentField, StrictSerializer, WholeField
from api.pages import page_of
from api.parsing import raw_body
from api.problems import QueryUnknown
from api.v1.donation_answers import DonationAnswer, said
from logistics.donations.access import visible_donations
from logistics.donations.reads import donations_with_names
from logistics.funds.reads import get_fund
from logistics.parties.reads import get_programme
from logistics.press.import_models import GiftImport, ImportKind, ImportRow, ImportStage, RowOutcome
from logistics.press.imports.jobs import ask_to_import, ask_to_record, missing_at_bank, said_of
from logistics.press.imports.reads import counts_of_import, get_import, rows_of_import, visible_imports
from logistics.press.imports.tables import FILE_BYTES_MAX, TABLE_ROWS_MAX
from logistics.press.imports.templates import gifts_template
from logistics.press.models import JobState

WRITE = ("donations:write",)
READ = ("donations:read", "donations:write")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_TYPES = (XLSX_TYPE, "text/csv")


class ImportAnswer(serializers.Serializer):
    """A file: how far it is read or recorded, and how many of its rows are what."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=ImportKind.choices)
    stage = serializers.ChoiceField(choices=ImportStage.choices)
    state = serializers.ChoiceField(choices=JobState.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    programme = serializers.CharField()
    fund = serializers.CharField(allow_null=True)
    file_sha256 = serializers.CharField()
    rows = serializers.DictField(child=serializers.IntegerField(), help_text="How many rows are NEW, KNOWN, WRONG ...")
    missing_at_bank = serializers.IntegerField(
        allow_null=True, help_text="Of a statement: gifts in the books of its days that it does not have."
    )
    problem = serializers.DictField(allow_null=True)
    asked_at = MomentField()


class ImportRowAnswer(serializers.Serializer):
    """One row; the donor by reference, a new one without a name."""

    number = serializers.IntegerField(help_text="The number of the row in the file.")
    outcome = serializers.ChoiceField(choices=RowOutcome.choices)
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    received_at = MomentField(allow_null=True)
    reference = serializers.CharField(allow_blank=True)
    donor = serializers.CharField(allow_null=True, help_text="The known donor's reference; null for a new one.")
    namesakes = serializers.IntegerField(help_text="How many donors of this name are known.")
    pledge = serializers.UUIDField(allow_null=True)
    donation = serializers.UUIDField(allow_null=True)
    has_formula = serializers.BooleanField(help_text="Whether a value is a formula's; what was kept for it counts.")
    faults = serializers.ListField(child=serializers.DictField())


class RecordInput(StrictSerializer):
    """Which rows."""

    rows = serializers.ListField(
        child=WholeField(least=1, most=10_000_000),
        max_length=TABLE_ROWS_MAX,
        required=False,
        allow_null=True,
        default=None,
        help_text="Their numbers; all new rows without.",
    )


class Imports(Door):
    """Imports."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in who may, then read the body up to its own bound."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            raw_body(request, FILE_BYTES_MAX)

    @documented(
        "List imports", "Newest first.", answers={200: paged(ImportAnswer, "Import")}, tag="donations", query=PAGING
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_imports(self.actor.organisation), said_import)

    @documented(
        "Import a file",
        f"Gifts or a bank statement, xlsx or csv (UTF-8 or GB18030), up to {TABLE_ROWS_MAX:,} rows, with Chinese or "
        "English headings. It is read and matched to donors, pledges and gifts; nothing is recorded before you say so.",
        request=dict.fromkeys(FILE_TYPES, OpenApiTypes.BINARY),
        answers={202: ImportAnswer},
        problems=(409, 413, 415, 422),
        tag="donations",
        query={
            "kind": "GIFTS or STATEMENT.",
            "programme": "The code of the programme for rows that name none.",
            "fund": "The code of the fund for rows that name none.",
        },
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Queue."""
        asked, own = request.query_params, self.actor.organisation
        if set(asked) - {"kind", "programme", "fund"} or asked.get("kind", "GIFTS") not in ImportKind.values:
            raise QueryUnknown(parameter="kind")
        if (request.content_type or "").split(";")[0].strip().lower() not in FILE_TYPES:
            raise UnsupportedMediaType(str(request.content_type)[:60])
        job = ask_to_import(
            actor=self.actor,
            kind=asked.get("kind", "GIFTS"),
            data=raw_body(request, FILE_BYTES_MAX),
            programme=get_programme(code=asked.get("programme", ""), organisation=own),
            fund=get_fund(code=asked["fund"], organisation=own) if asked.get("fund") else None,
            now=timezone.now(),
        )
        return Response(said_import(job), status=202, headers={"Location": f"/api/v1/imports/{job.id}"})


class OneImport(Door):
    """One import."""

    scopes = {"GET": READ}

    @documented("Read an import", "How far it is.", answers={200: ImportAnswer}, tag="donations")
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        """Read."""
        return Response(said_import(get_import(job_id=job_id, organisation=self.actor.organisation)))


class ImportRows(Door):
    """The rows of an import."""

    scopes, is_list, query = {"GET": READ}, True, ("outcome",)

    @documented(
        "List the rows of an import",
        "In the order of the file, with the faults of those that cannot be taken.",
        answers={200: paged(ImportRowAnswer, "ImportRow")},
        tag="donations",
        query={"outcome": "NEW, KNOWN, DIFFERS, WRONG, LEFT_OUT or RECORDED.", **PAGING},
    )
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        """List."""
        job = get_import(job_id=job_id, organisation=self.actor.organisation)
        outcome = request.query_params.get("outcome", "")
        if outcome and outcome not in RowOutcome.values:
            raise QueryUnknown(parameter="outcome")
        return page_of(request, rows_of_import(job, outcome), _said_row)


class MissingAtBank(Door):
    """Gifts that a statement does not have."""

    scopes, is_list = {"GET": READ}, True

    @documented(
        "List gifts missing at the bank",
        "Gifts in the books of a statement's days that no row of it was matched with.",
        answers={200: paged(DonationAnswer, "MissingAtBank")},
        tag="donations",
        query=PAGING,
    )
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        """List."""
        own = self.actor.organisation
        ids = [gift.id for gift in missing_at_bank(get_import(job_id=job_id, organisation=own))]
        return page_of(request, donations_with_names(visible_donations(own).filter(id__in=ids)), said)


class RecordedImports(Door):
    """Imports recorded."""

    scopes, posts_to_books = {"POST": WRITE}, True

    @documented(
        "Record the rows of an import",
        "The new rows without faults, all or those you name, each as a gift of its own; a row that was recorded before "
        "is found again. Refused rows say why and never sink the rest.",
        request=RecordInput,
        answers={202: ImportAnswer},
        problems=(409, 413, 415, 422),
        tag="donations",
        is_repeatable=True,
    )
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        """Queue."""
        job = get_import(job_id=job_id, organisation=self.actor.organisation)
        numbers = self.read(RecordInput)["rows"]
        ask_to_record(actor=self.actor, job=job, numbers=numbers, now=timezone.now())
        job = get_import(job_id=job_id, organisation=self.actor.organisation)
        return Response(said_import(job), status=202, headers={"Location": f"/api/v1/imports/{job.id}"})


class ImportTemplates(Door):
    """The template."""

    scopes = {"GET": READ}

    @documented(
        "Download the import template",
        "An xlsx with the headings, in the language of `Accept-Language`.",
        answers={200: OpenApiTypes.BINARY},
        tag="donations",
    )
    def get(self, request: Request) -> FileResponse:
        """Download."""
        language = request.META.get("HTTP_ACCEPT_LANGUAGE", "zh")[:2].lower()
        name, data = gifts_template("en" if language == "en" else "zh")
        return FileResponse(io.BytesIO(data), as_attachment=True, filename=name, content_type=XLSX_TYPE)


def said_import(job: GiftImport) -> dict[str, Any]:
    """Say an import."""
    return {
        "id": str(job.id),
        "kind": job.kind,
        "stage": job.stage,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "programme": job.programme.code,
        "fund": job.fund.code if job.fund else None,
        "file_sha256": job.file_sha256,
        "rows": counts_of_import(job),
        "missing_at_bank": len(missing_at_bank(job)) if job.kind == ImportKind.STATEMENT else None,
        "problem": job.problem,
        "asked_at": MomentField().to_representation(job.asked_at),
    }


def _said_row(row: ImportRow) -> dict[str, Any]:
    said_by_row = said_of(row)
    moment = said_by_row.received_at
    return {
        "number": row.number,
        "outcome": row.outcome,
        "amount": said_by_row.amount_minor,
        "currency": said_by_row.currency,
        "received_at": MomentField().to_representation(moment) if moment else None,
        "reference": said_by_row.reference,
        "donor": row.donor.reference if row.donor else None,
        "namesakes": row.namesakes,
        "pledge": str(row.pledge_id) if row.pledge_id else None,
        "donation": str(row.donation_id) if row.donation_id else None,
        "has_formula": said_by_row.has_formula,
        "faults": row.faults,
    }
