"""What grants keep of a person: to whose account they were paid."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from logistics.grants.models import Grant, GrantState
from logistics.storage.erasing import Holding, Said, Subject, declare_holdings

FINISHED = (GrantState.PAID, GrantState.RETURNED)
PAYEE = ("payee", "payee_account", "payee_bank")


def _grants(subject: Subject) -> "QuerySet[Grant]":
    whose = Q(beneficiary_id__in=subject.member_ids)
    whose |= Q(household_id=subject.household_id) if subject.is_whole else Q(pk__in=[])
    return Grant.objects.filter(whose).order_by("planned_at", "id")


def _say(subject: Subject) -> list[Said]:
    return [
        {
            "reference": row.reference,
            "amount_minor": row.amount_minor,
            "currency": row.currency,
            "purpose": row.purpose,
            "state": row.state,
            "payee": row.payee,
            "payee_account": row.payee_account,
            "payee_bank": row.payee_bank,
        }
        for row in _grants(subject)
    ]


def _erase(subject: Subject, now: dt.datetime) -> int:
    # An encrypted column cannot be asked for what stands in it.
    rows = [row.id for row in _grants(subject) if row.payee or row.payee_account or row.payee_bank]
    return Grant.objects.filter(id__in=rows).update(**dict.fromkeys(PAYEE, ""))


def _hindering(subject: Subject) -> Sequence[str]:
    return list(_grants(subject).exclude(state__in=FINISHED).values_list("reference", flat=True))


declare_holdings(
    Holding(
        "grants.payees", "助学金与慰问金收款账户", "Accounts of grants", ("grants_grant",), _say, _erase, _hindering
    )
)
