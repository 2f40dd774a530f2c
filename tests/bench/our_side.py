"""Our side of the posting benchmark: gifts of money through the journal's own actions, one transaction each.

Reads a number from its standard input, posts that many entries and answers with the seconds.
"""

import json
import os
import sys
import time
import uuid

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings")
django.setup()

from django.utils import timezone  # noqa: E402 -- Django must be set up first

from logistics.journal.actions import open_account, open_purse  # noqa: E402 -- Django must be set up first
from logistics.journal.models import AccountKind, EntryKind  # noqa: E402 -- Django must be set up first
from logistics.journal.postings import Posting, Side, side_of  # noqa: E402 -- Django must be set up first
from logistics.journal.purses import receive_money  # noqa: E402 -- Django must be set up first
from logistics.storage.rows import new_id  # noqa: E402 -- Django must be set up first


def main(given: dict[str, str]) -> None:
    """Post whenever asked, into the purse that was named, or into one of our own."""
    organisation = uuid.UUID(given.get("organisation") or str(uuid.uuid4()))
    donor, bank = (_account(kind, organisation) for kind in (AccountKind.DONOR, AccountKind.BANK))
    purse = open_purse(purse_id=new_id(), organisation_id=organisation, is_restricted=False).id
    if "purse" in given:
        purse, bank = uuid.UUID(given["purse"]), Side(uuid.UUID(given["bank"]))
    told = {"organisation": str(organisation), "purse": str(purse), "bank": str(bank.account_id)}
    print(json.dumps(told), flush=True)
    for line in sys.stdin:
        begun = time.perf_counter()
        for _ in range(int(line)):
            _give(organisation, purse, donor, bank)
        print(time.perf_counter() - begun, flush=True)


def _account(kind: str, organisation: uuid.UUID) -> Side:
    account = open_account(kind=kind, subject_id=new_id(), organisation_id=organisation, reference="bench")
    return side_of(account)


def _give(organisation: uuid.UUID, purse: uuid.UUID, donor: Side, bank: Side) -> None:
    entry, now = new_id(), timezone.now()
    posting = Posting(EntryKind.DONATION, organisation, f"bench:{entry}", now, entry_id=entry)
    receive_money(purse_id=purse, currency="CNY", bank=bank, gifts=[(posting, donor, 100)], now=now)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})
