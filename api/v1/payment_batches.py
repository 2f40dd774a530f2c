"""Grants that are paid together, by a file for the bank."""

import io
import uuid
from typing import Any

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import ChoiceTextField, CodeField, DayField, IdField, MomentField, StrictSerializer, TextField
from api.pages import page_of
from api.v1.grants import WRITE, GrantAnswer, said_grant
from logistics.funds.bank_layouts import PAYMENTS, bank_layouts
from logistics.grants.access import visible_batches
from logistics.grants.batch_models import BatchState, PaymentBatch
from logistics.grants.batches import (
    BATCH_GRANTS_MAX,
    approve_batch,
    drop_batch,
    plan_batch,
    record_batch_paid,
    record_returned_payments,
    send_batch,
    take_bank_file,
)
from logistics.grants.models import ReturnReason
from logistics.grants.reads import get_batch, get_grants, sums_of_batch

PROBLEMS = (409, 413, 415, 422)


class BatchInput(StrictSerializer):
    """Grants that go into one file."""

    grants = serializers.ListField(child=IdField(), min_length=1, max_length=BATCH_GRANTS_MAX)
    layout = CodeField(help_text="How the bank wants its file: a code of /bank-layouts.")
    pay_on = DayField(required=False, allow_null=True, default=None)
    reference = TextField(length=120, help_text="The caller's own number for this batch, unique for ever.")


class PaidInput(StrictSerializer):
    """When the bank paid."""

    paid_at = MomentField()


class ReturnedInput(StrictSerializer):
    """One payment that came back."""

    grant = IdField()
    reason = ChoiceTextField(choices=ReturnReason.choices)


class ReturnedPaymentsInput(StrictSerializer):
    """Payments that came back."""

    returned = serializers.ListField(child=ReturnedInput(), min_length=1, max_length=BATCH_GRANTS_MAX)


class BatchSumAnswer(serializers.Serializer):
    """The grants of a batch in one state."""

    state = serializers.CharField()
    count = serializers.IntegerField()
    amount = serializers.IntegerField()


class BatchAnswer(serializers.Serializer):
    """A payment batch; who is paid stands in the bank's file alone."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=BatchState.choices)
    organisation = serializers.CharField(help_text="Whose bank account pays.")
    reference = serializers.CharField()
    layout = serializers.CharField()
    pay_on = DayField(allow_null=True)
    currency = serializers.CharField()
    amount = serializers.IntegerField()
    grants = serializers.ListField(child=BatchSumAnswer())
    planned_at = MomentField()
    approved_at = MomentField(allow_null=True)
    sent_at = MomentField(allow_null=True)
    paid_at = MomentField(allow_null=True)
    file_sha256 = serializers.CharField(allow_blank=True)
    file_url = serializers.CharField(allow_null=True)


class LayoutAnswer(serializers.Serializer):
    """How a bank writes a file."""

    code = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())
    kind = serializers.CharField()
    format = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())


class PaymentBatches(Door):
    """Payment batches."""

    scopes = {"GET": (*WRITE, "ledgers:read"), "POST": WRITE}
    is_list = posts_to_books = True

    @documented(
        "List payment batches",
        "Newest first.",
        answers={200: paged(BatchAnswer, "PaymentBatch")},
        tag="grants",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_batches(self.actor.organisation).select_related("organisation"), _said)

    @documented(
        "Plan a payment batch",
        "Grants that are planned or approved, each with a payee's account, out of one bank account. Another key or "
        "person approves the batch, and with it every grant in it.",
        request=BatchInput,
        answers={201: BatchAnswer, 200: BatchAnswer},
        problems=PROBLEMS,
        tag="grants",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Plan."""
        data = self.read(BatchInput)
        grants = get_grants(grant_ids=data["grants"], organisation=self.actor.organisation)
        row, is_new = plan_batch(
            actor=self.actor,
            grants=grants,
            layout=data["layout"],
            reference=data["reference"],
            pay_on=data["pay_on"],
            now=timezone.now(),
        )
        return Response(_said(row), status=201 if is_new else 200)


class OnePaymentBatch(Door):
    """One payment batch."""

    scopes = {"GET": (*WRITE, "ledgers:read")}

    @documented("Read a payment batch", "By its id.", answers={200: BatchAnswer}, tag="grants")
    def get(self, request: Request, batch_id: uuid.UUID) -> Response:
        """Read."""
        return Response(_said(get_batch(batch_id=batch_id, organisation=self.actor.organisation)))


class BatchGrants(Door):
    """The grants of a batch."""

    scopes = {"GET": (*WRITE, "ledgers:read")}
    is_list = True

    @documented(
        "List the grants of a payment batch",
        "In the order of the file.",
        answers={200: paged(GrantAnswer, "BatchGrant")},
        tag="grants",
        query=PAGING,
    )
    def get(self, request: Request, batch_id: uuid.UUID) -> Response:
        """List."""
        batch = get_batch(batch_id=batch_id, organisation=self.actor.organisation)
        rows = batch.grants.select_related("fund", "household", "beneficiary").order_by("id")
        return page_of(request, rows, said_grant)


class _BatchStep(Door):
    """One step of a batch."""

    scopes = {"POST": WRITE}
    posts_to_books = True

    def batch(self, batch_id: uuid.UUID) -> PaymentBatch:
        """Return the batch."""
        return get_batch(batch_id=batch_id, organisation=self.actor.organisation)


class ApprovedBatches(_BatchStep):
    """Batches approved."""

    @documented(
        "Approve a payment batch",
        "Not by who planned it or any grant in it.",
        request=None,
        answers={200: BatchAnswer},
        problems=PROBLEMS,
        tag="grants",
        is_repeatable=True,
    )
    def post(self, request: Request, batch_id: uuid.UUID) -> Response:
        """Approve."""
        return Response(_said(approve_batch(batch=self.batch(batch_id), actor=self.actor, now=timezone.now())))


class DroppedBatches(_BatchStep):
    """Batches taken apart."""

    @documented(
        "Drop a payment batch",
        "Before it is sent. Its grants stay, and can go into another.",
        request=None,
        answers={200: BatchAnswer},
        problems=PROBLEMS,
        tag="grants",
        is_repeatable=True,
    )
    def post(self, request: Request, batch_id: uuid.UUID) -> Response:
        """Drop."""
        return Response(_said(drop_batch(batch=self.batch(batch_id))))


class BankFiles(Door):
    """The bank's file."""

    scopes = {"GET": WRITE, "POST": WRITE}
    posts_to_books = True

    @documented(
        "Download a bank file",
        "The file that went to the bank. It names the payees, so that each download is logged with its families.",
        answers={200: OpenApiTypes.BINARY},
        problems=(409,),
        tag="grants",
    )
    def get(self, request: Request, batch_id: uuid.UUID) -> FileResponse:
        """Download."""
        batch = get_batch(batch_id=batch_id, organisation=self.actor.organisation)
        file = take_bank_file(batch=batch, actor=self.actor, now=timezone.now())
        return FileResponse(io.BytesIO(file.data), as_attachment=True, filename=file.name, content_type=file.media_type)

    @documented(
        "Send a payment batch",
        "Writes the bank's file: from now on the grants are SENT. Download it at `file_url`. Refused with "
        "`fund_overspent` where the fund, less what other batches have with the bank, does not hold enough.",
        request=None,
        answers={200: BatchAnswer},
        problems=PROBLEMS,
        tag="grants",
        is_repeatable=True,
    )
    def post(self, request: Request, batch_id: uuid.UUID) -> Response:
        """Send."""
        batch = get_batch(batch_id=batch_id, organisation=self.actor.organisation)
        return Response(_said(send_batch(batch=batch, now=timezone.now())))


class PaidBatches(_BatchStep):
    """Batches paid."""

    @documented(
        "Note that a payment batch was paid",
        "What the bank did not send back is booked, each grant in an entry of its own.",
        request=PaidInput,
        answers={200: BatchAnswer},
        problems=PROBLEMS,
        tag="grants",
        is_repeatable=True,
    )
    def post(self, request: Request, batch_id: uuid.UUID) -> Response:
        """Note."""
        paid_at = self.read(PaidInput)["paid_at"]
        row = record_batch_paid(batch=self.batch(batch_id), actor=self.actor, paid_at=paid_at, now=timezone.now())
        return Response(_said(row))


class ReturnedPayments(_BatchStep):
    """Payments that came back."""

    @documented(
        "Note returned payments",
        "At once or weeks later: what was booked is booked back to its fund. All of them are noted, or none.",
        request=ReturnedPaymentsInput,
        answers={200: BatchAnswer},
        problems=PROBLEMS,
        tag="grants",
        is_repeatable=True,
    )
    def post(self, request: Request, batch_id: uuid.UUID) -> Response:
        """Note."""
        reasons = {row["grant"]: row["reason"] for row in self.read(ReturnedPaymentsInput)["returned"]}
        row = record_returned_payments(
            batch=self.batch(batch_id), actor=self.actor, reasons=reasons, now=timezone.now()
        )
        return Response(_said(row))


class BankLayouts(Door):
    """Bank layouts."""

    scopes = {"GET": (*WRITE, "donations:write")}

    @documented(
        "List bank layouts",
        "How banks write their files. An installation adds its own as data.",
        answers={200: paged(LayoutAnswer, "BankLayout")},
        tag="grants",
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = [
            {
                "code": layout.code,
                "name": {"zh": layout.zh, "en": layout.en},
                "kind": layout.kind,
                "format": layout.format,
                "columns": [column.heading or column.field for column in layout.columns],
            }
            for layout in bank_layouts(PAYMENTS)
        ]
        return Response({"items": rows, "next_cursor": None})


def _said(row: PaymentBatch) -> dict[str, Any]:
    sums, moment = sums_of_batch(row), MomentField().to_representation
    is_sent = row.state in (BatchState.SENT, BatchState.PAID)
    return {
        "id": str(row.id),
        "state": row.state,
        "organisation": row.organisation.code,
        "reference": row.reference,
        "layout": row.layout,
        "pay_on": row.pay_on.isoformat() if row.pay_on else None,
        "currency": row.currency,
        "amount": sum(amount for _, amount in sums.values()),
        "grants": [
            {"state": state, "count": count, "amount": amount} for state, (count, amount) in sorted(sums.items())
        ],
        "planned_at": moment(row.planned_at),
        "approved_at": moment(row.approved_at) if row.approved_at else None,
        "sent_at": moment(row.sent_at) if row.sent_at else None,
        "paid_at": moment(row.paid_at) if row.paid_at else None,
        "file_sha256": row.file_sha256,
        "file_url": f"/api/v1/payment-batches/{row.id}/bank-file" if is_sent else None,
    }
