"""The journal in the language of hledger."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from logistics.kernel.money import CURRENCIES
from logistics.ledgers.books import Posted, amount_text, book_parts
from logistics.ledgers.scope import Ledger, LedgerScope


class Hledger:
    """The language of hledger."""

    def head(self, accounts: Sequence[str], commodities: Sequence[str], day: dt.date) -> Iterator[str]:
        """Declare accounts and commodities; one with a digit or hyphen stands in quotes."""
        yield "; Nuanliu\ndecimal-mark .\n\n"
        for commodity in commodities:
            sample = "1.00" if CURRENCIES.get(commodity) else "1."
            yield f"commodity {sample} {_in_quotes(commodity)}\n"
        for account in accounts:
            yield f"account {account}\n"

    def transaction(self, day: dt.date, words: str, notes: Mapping[str, str], postings: Sequence[Posted]) -> str:
        """Write a transaction with its tags."""
        lines = [f"\n{day} * {words}", *(f"    ; {name}:{value}" for name, value in notes.items())]
        for row in postings:
            amount = f"{amount_text(row.quantity, row.commodity)} {_in_quotes(row.commodity)}"
            tags = ", ".join(f"{name}:{value}" for name, value in row.notes)
            lines.append(f"    {row.account}  {amount}" + (f"  ; {tags}" if tags else ""))
        return "\n".join(lines) + "\n"

    def closing(self, day: dt.date, balances: Sequence[Posted]) -> str:
        """Assert balances in a transaction that moves nothing."""
        lines = [f"\n{day} * 期末余额"]
        for row in balances:
            commodity = _in_quotes(row.commodity)
            lines.append(f"    {row.account}  0 {commodity} = {amount_text(row.quantity, row.commodity)} {commodity}")
        return "\n".join(lines) + "\n"


def as_hledger(ledger: Ledger, scope: LedgerScope) -> Iterator[bytes]:
    """Write the journal as a book for hledger."""
    yield from book_parts(Hledger(), scope)


def _in_quotes(commodity: str) -> str:
    return commodity if commodity.isalpha() else f'"{commodity}"'
