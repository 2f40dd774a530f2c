"""The register of accounts."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from logistics.journal.models import Account, Transfer
from logistics.ledgers.numbering import in_chunks
from logistics.ledgers.scope import Column, LedgerScope, Row
from logistics.ledgers.subjects import Subjects
from logistics.ledgers.sums import purses_of


class AccountsLedger:
    """Every account that something moved through."""

    columns = (
        Column("account", "账户号"),
        Column("kind", "账户类别"),
        Column("reference", "名称"),
        Column("detail", "明细"),
        Column("organisation", "单位"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield accounts in the order in which they were opened."""
        codes = Subjects(scope).organisation_codes()
        for account in in_chunks(_accounts(scope), after):
            owner = codes.get(account.organisation_id)
            yield Row(account.id, (str(account.id), account.kind, account.reference, account.detail, owner))

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count the accounts."""
        return {"accounts": _accounts(scope).count()}


def _accounts(scope: LedgerScope) -> "QuerySet[Account]":
    known = Transfer.objects.filter(scope.entries("entry__") & purses_of(scope))
    sides = [Exists(known.filter(**{side: OuterRef("pk")})) for side in ("debit", "credit")]
    return Account.objects.filter(sides[0] | sides[1])
