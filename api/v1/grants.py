"""Money to households."""

import uuid
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import CodeField, IdField, MoneyField, StrictSerializer, TextField
from api.idempotency import key_of
from api.pages import page_of
from logistics.funds.reads import get_fund_at_hand
from logistics.grants.access import visible_grants
from logistics.grants.actions import approve_grant, pay_grant, plan_grant, return_grant
from logistics.grants.models import Grant, GrantState, ReturnReason
from logistics.grants.reads import get_grant
from logistics.households.reads import get_member, get_recipient_household

WRITE = ("grants:write",)
PAYEE_LENGTH_MAX = 120


class PayeeInput(StrictSerializer):
    """Whose account the money goes to."""

    name = TextField(length=60)
    account = TextField(length=34)
    bank = TextField(length=60, required=False, allow_blank=True, default="")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": PAYEE_LENGTH_MAX},
            {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "minLength": 1, "maxLength": 60},
                    "account": {"type": "string", "minLength": 6, "maxLength": 34, "pattern": "^[0-9A-Za-z]+$"},
                    "bank": {"type": "string", "maxLength": 60},
                },
                "required": ["name", "account"],
                "additionalProperties": False,
            },
        ]
    }
)
class PayeeField(serializers.Field):
    """A payee's name, or name and account."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return name, account and bank."""
        if isinstance(data, dict):
            form = PayeeInput(data=data)
            form.is_valid(raise_exception=True)
            return dict(form.validated_data)
        name = TextField(length=PAYEE_LENGTH_MAX, allow_blank=True).run_validation(data)
        return {"name": name, "account": "", "bank": ""}


class GrantInput(StrictSerializer):
    """Money from one fund to one household."""

    fund = CodeField()
    household = IdField()
    beneficiary = IdField(required=False, allow_null=True, default=None)
    money = MoneyField()
    payee = PayeeField(required=False, help_text='A name, or {"name", "account", "bank"} for a bank\'s file.')
    purpose = TextField(length=60, required=False, allow_blank=True, default="")
    reference = TextField(
        length=120, required=False, help_text="The caller's own number; the Idempotency-Key where it is missing."
    )


class GrantAnswer(serializers.Serializer):
    """A grant; the payee is kept encrypted and never said."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=GrantState.choices)
    fund = serializers.CharField()
    household = serializers.CharField()
    beneficiary = serializers.CharField(allow_null=True)
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    purpose = serializers.CharField(allow_blank=True)
    reference = serializers.CharField()
    entry = serializers.UUIDField(allow_null=True)
    has_account = serializers.BooleanField(help_text="Whether a bank's file can pay it.")
    payment_batch = serializers.UUIDField(allow_null=True)
    return_reason = serializers.ChoiceField(choices=ReturnReason.choices, allow_blank=True)


class Grants(Door):
    """Grants."""

    scopes = {"GET": (*WRITE, "ledgers:read"), "POST": WRITE}
    is_list = posts_to_books = True

    @documented("List grants", "Newest first.", answers={200: paged(GrantAnswer, "Grant")}, tag="grants", query=PAGING)
    def get(self, request: Request) -> Response:
        """List."""
        rows = visible_grants(self.actor.organisation).select_related("fund", "household", "beneficiary")
        return page_of(request, rows, said_grant)

    @documented(
        "Plan a grant",
        "The beneficiary is judged by the fund's terms now; another person approves.",
        request=GrantInput,
        answers={201: GrantAnswer, 200: GrantAnswer},
        problems=(409, 413, 415, 422),
        tag="grants",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Plan."""
        data, own = self.read(GrantInput), self.actor.organisation
        household = get_recipient_household(household_id=data["household"], organisation=own)
        payee = data.get("payee") or {"name": "", "account": "", "bank": ""}
        member = get_member(member_id=data["beneficiary"], household=household) if data["beneficiary"] else None
        row, is_new = plan_grant(
            actor=self.actor,
            fund=get_fund_at_hand(code=data["fund"], organisation=own),
            household=household,
            beneficiary=member,
            amount_minor=data["money"]["amount"],
            currency=data["money"]["currency"],
            payee=payee["name"],
            payee_account=payee["account"],
            payee_bank=payee["bank"],
            purpose=data["purpose"],
            reference=data.get("reference") or f"key:{key_of(request) or uuid.uuid4()}"[:120],
            now=timezone.now(),
        )
        return Response(said_grant(row), status=201 if is_new else 200)


class OneGrant(Door):
    """One grant."""

    scopes = {"GET": (*WRITE, "ledgers:read")}

    @documented("Read a grant", "By its id.", answers={200: GrantAnswer}, tag="grants")
    def get(self, request: Request, grant_id: uuid.UUID) -> Response:
        """Read."""
        return Response(said_grant(get_grant(grant_id=grant_id, organisation=self.actor.organisation)))


class _Step(Door):
    """One step of a grant."""

    scopes = {"POST": WRITE}
    posts_to_books = True

    def grant(self, grant_id: uuid.UUID) -> Grant:
        """Return the grant."""
        return get_grant(grant_id=grant_id, organisation=self.actor.organisation)


class ApprovedGrants(_Step):
    """Grants approved."""

    @documented(
        "Approve a grant",
        "Not by who planned it.",
        request=None,
        answers={200: GrantAnswer},
        problems=(409, 413, 415, 422),
        tag="grants",
        is_repeatable=True,
    )
    def post(self, request: Request, grant_id: uuid.UUID) -> Response:
        """Approve."""
        row = approve_grant(grant=self.grant(grant_id), approver_id=self.actor.holder_id, now=timezone.now())
        return Response(said_grant(row))


class PaidGrants(_Step):
    """Grants paid."""

    @documented(
        "Pay a grant",
        "Bank to household, within the fund's money.",
        request=None,
        answers={200: GrantAnswer},
        problems=(409, 413, 415, 422),
        tag="grants",
        is_repeatable=True,
    )
    def post(self, request: Request, grant_id: uuid.UUID) -> Response:
        """Pay."""
        row = pay_grant(grant=self.grant(grant_id), actor=self.actor, now=timezone.now())
        return Response(said_grant(row))


class ReturnedGrants(_Step):
    """Grants that the bank sent back."""

    @documented(
        "Note a returned payment",
        "The money returns to its fund.",
        request=None,
        answers={200: GrantAnswer},
        problems=(409, 413, 415, 422),
        tag="grants",
        is_repeatable=True,
    )
    def post(self, request: Request, grant_id: uuid.UUID) -> Response:
        """Return."""
        row = return_grant(grant=self.grant(grant_id), actor_id=self.actor.holder_id, now=timezone.now())
        return Response(said_grant(row))


def said_grant(row: Grant) -> dict[str, Any]:
    """Say a grant; never who is paid."""
    return {
        "id": str(row.id),
        "state": row.state,
        "fund": row.fund.code,
        "household": row.household.reference,
        "beneficiary": row.beneficiary.reference if row.beneficiary else None,
        "amount": row.amount_minor,
        "currency": row.currency,
        "purpose": row.purpose,
        "reference": row.reference,
        "entry": str(row.entry_id) if row.entry_id else None,
        "has_account": bool(row.payee_account),
        "payment_batch": str(row.batch_id) if row.batch_id else None,
        "return_reason": row.return_reason,
    }
