"""The journal in the language of beancount."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from logistics.ledgers.books import Posted, amount_text, book_parts
from logistics.ledgers.scope import Ledger, LedgerScope


class Beancount:
    """The language of beancount."""

    def head(self, accounts: Sequence[str], commodities: Sequence[str], day: dt.date) -> Iterator[str]:
        """Declare accounts and commodities from the first day on."""
        yield 'option "title" "Nuanliu"\noption "operating_currency" "CNY"\n\n'
        for commodity in commodities:
            yield f"{day} commodity {commodity}\n"
        for account in accounts:
            yield f"{day} open {account}\n"

    def transaction(self, day: dt.date, words: str, notes: Mapping[str, str], postings: Sequence[Posted]) -> str:
        """Write a transaction with its metadata."""
        lines = [f'\n{day} * "{words}"', *(f'  {name}: "{value}"' for name, value in notes.items())]
        for row in postings:
            lines.append(f"  {row.account}  {amount_text(row.quantity, row.commodity)} {row.commodity}")
            lines += [f'    {name}: "{value}"' for name, value in row.notes]
        return "\n".join(lines) + "\n"

    def closing(self, day: dt.date, balances: Sequence[Posted]) -> str:
        """Assert balances: the program takes them for the beginning of a day, so on the next one."""
        after = day + dt.timedelta(days=1)
        lines = (
            f"{after} balance {row.account}  {amount_text(row.quantity, row.commodity)} {row.commodity}"
            for row in balances
        )
        return "\n" + "\n".join(lines) + "\n"


def as_beancount(ledger: Ledger, scope: LedgerScope) -> Iterator[bytes]:
    """Write the journal as a book for beancount."""
    yield from book_parts(Beancount(), scope)
