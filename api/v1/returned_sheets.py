"""Sheets that come back: photos and scans of signed sign-off sheets, what each row says, and a person's word on it."""

import uuid
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import DayField, StrictSerializer
from api.parsing import raw_body
from api.v1.labels import JobAnswer, said_job
from logistics.press.returned_confirming import confirm_returned_rows
from logistics.press.returned_models import ReturnedPaper, ReturnedRow, RowDecision
from logistics.press.returned_reads import count_of_rows_unseen, get_returned_paper, rows_of
from logistics.press.returned_requests import FILES_BYTES_MAX, ask_to_read_sheets

SCAN = ("scans:write",)
FILE_TYPES = ("image/jpeg", "image/png", "application/pdf")
FORM_TYPE = "multipart/form-data"
ROWS_MAX = 1_000
# The form's own lines around the files.
FORM_BYTES_MAX = 64 * 1024


class RowAnswer(serializers.Serializer):
    """One row: whose it is by reference, and what its box says. No picture, no name."""

    id = serializers.UUIDField()
    position = serializers.IntegerField(help_text="The number of the row on its sheet.")
    parcel = serializers.CharField(help_text="The parcel's code.")
    household = serializers.CharField(allow_null=True)
    verdict = serializers.ChoiceField(choices=["MARKED", "EMPTY", "DOUBTFUL", "NOT_FOUND"])
    reason = serializers.CharField(allow_blank=True)
    decision = serializers.ChoiceField(choices=["", *RowDecision.values])
    outcome = serializers.CharField(allow_blank=True, help_text="The answer to the hand-over scan.")


class PageAnswer(serializers.Serializer):
    """One page as it was handed in."""

    found = serializers.ChoiceField(choices=["READ", "UNKNOWN", "NO_CODE"])
    rows = serializers.IntegerField()


class ReturnedSheetAnswer(JobAnswer):
    """The job, its pages and rows."""

    pages = serializers.ListField(child=PageAnswer())
    rows = serializers.ListField(child=RowAnswer())
    rows_unseen = serializers.IntegerField(help_text="Rows of the same sheets that stand on pages not handed in.")


class DecisionField(StrictSerializer):
    """What a person says of one row."""

    row = serializers.UUIDField()
    decision = serializers.ChoiceField(choices=RowDecision.values)


class DecisionsInput(StrictSerializer):
    """Decisions, and the day on which the parcels were handed over."""

    handed_over_on = DayField()
    rows = serializers.ListField(child=DecisionField(), min_length=1, max_length=ROWS_MAX)


class ReturnedSheets(Door):
    """Sheets that come back."""

    scopes = {"POST": SCAN}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in who may, then read the body up to its own bound."""
        super().initial(request, *args, **kwargs)
        raw_body(request, FILES_BYTES_MAX + FORM_BYTES_MAX)

    @documented(
        "Hand in a signed sheet",
        "A photo (JPEG, PNG) or a scan (PDF) as the body, or several as `multipart/form-data`. Each page is found by "
        "its QRs and straightened, and each row's box is cut out. Nothing is handed over before a person confirms.",
        request={**dict.fromkeys(FILE_TYPES, OpenApiTypes.BINARY), FORM_TYPE: OpenApiTypes.OBJECT},
        answers={202: JobAnswer},
        problems=(409, 413, 415, 422),
        tag="scans",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Queue."""
        paper = ask_to_read_sheets(actor=self.actor, files=_files(request), now=timezone.now())
        return Response(said_job(paper), status=202, headers={"Location": f"/api/v1/jobs/{paper.id}"})


class OneReturnedSheet(Door):
    """What came back."""

    scopes = {"GET": SCAN}

    @documented(
        "Read a signed sheet",
        "The job, what each page was, and the verdict on each row: MARKED, EMPTY, DOUBTFUL or NOT_FOUND.",
        answers={200: ReturnedSheetAnswer},
        tag="scans",
    )
    def get(self, request: Request, paper_id: uuid.UUID) -> Response:
        """Read."""
        return Response(_said(get_returned_paper(paper_id=paper_id, organisation=self.actor.organisation)))


class ConfirmedReturnedSheets(Door):
    """What a person says of the rows."""

    scopes = {"POST": SCAN}

    @documented(
        "Confirm rows of a signed sheet",
        "By a signed-in officer, approver or administrator who did not pack the parcels and was shown each box on the "
        "page of the returned sheet. Each SIGNED row is handed over once, with its box as the proof SIGNED_SHEET. Safe "
        "to repeat.",
        request=DecisionsInput,
        answers={200: ReturnedSheetAnswer},
        problems=(409, 413, 415, 422),
        tag="scans",
        is_repeatable=True,
    )
    def post(self, request: Request, paper_id: uuid.UUID) -> Response:
        """Confirm."""
        paper = get_returned_paper(paper_id=paper_id, organisation=self.actor.organisation)
        data = self.read(DecisionsInput)
        confirm_returned_rows(
            actor=self.actor,
            paper=paper,
            decisions={row["row"]: row["decision"] for row in data["rows"]},
            handed_over_on=data["handed_over_on"],
            now=timezone.now(),
        )
        return Response(_said(paper))


def _files(request: Request) -> list[bytes]:
    media_type = (request.content_type or "").split(";")[0].strip().lower()
    if media_type in FILE_TYPES:
        return [raw_body(request)]
    if media_type != FORM_TYPE:
        raise UnsupportedMediaType(media_type)
    try:
        return [file.read() for _, files in request._request.FILES.lists() for file in files]
    except (MultiPartParserError, RequestDataTooBig, TooManyFilesSent, SuspiciousOperation):
        raise ParseError("The form cannot be read.") from None


def _said(paper: ReturnedPaper) -> dict[str, Any]:
    pages = [{"found": found, "rows": rows} for found, rows in paper.pages]
    rows = [_row(row) for row in rows_of(paper)]
    return {**said_job(paper), "pages": pages, "rows": rows, "rows_unseen": count_of_rows_unseen(paper)}


def _row(row: ReturnedRow) -> dict[str, Any]:
    parcel = row.row.parcel
    return {
        "id": str(row.id),
        "position": row.row.position,
        "parcel": parcel.code.text,
        "household": parcel.household.reference if parcel.household else None,
        "verdict": row.verdict,
        "reason": row.reason,
        "decision": row.decision,
        "outcome": row.outcome,
    }
