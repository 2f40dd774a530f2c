"""A foundation hands in its gifts from a CSV file: whatever the network does, each counts once.

    openapi-python-client generate --url https://HOST/api/v1/openapi.json --meta none --output-path nuanliu_client
    python foundation.py https://HOST KEY gifts.csv

The file has the columns reference, donor, kind (PERSON or ORGANISATION), fen and received_at. Started again, after a
crash or a month later, it sends the same keys and references: nothing is doubled.
"""

import csv
import hashlib
import itertools
import sys
from collections.abc import Iterator

from asking import ask
from nuanliu_client import AuthenticatedClient
from nuanliu_client.api.donations import record_a_gift_of_money
from nuanliu_client.models import MoneyDonationInputBulkRequest

AT_ONCE = 500
PROGRAMME, FUND = "spring-bud", "girls-2026"


def hand_in(address: str, key: str, gifts: Iterator[dict], at_once: int = AT_ONCE) -> Iterator[tuple[str, str]]:
    """Hand gifts in; yields for each its reference and its id, or the code of why it was refused."""
    client = AuthenticatedClient(base_url=address, token=key, timeout=60)
    gifts = iter(gifts)
    while part := list(itertools.islice(gifts, at_once)):
        body = MoneyDonationInputBulkRequest.from_dict({"items": [_said(gift) for gift in part]})
        # The key follows from what is sent, so that a program that was started again sends the same.
        idempotency_key = hashlib.sha256(repr(body.to_dict()).encode()).hexdigest()
        answer = ask(
            lambda body=body, sent=idempotency_key: record_a_gift_of_money.sync_detailed(
                client=client, body=body, idempotency_key=sent
            )
        )
        for gift, item in zip(part, answer.items, strict=True):
            yield gift["reference"], item.id if item.status < 400 else item.problem.code


def _said(gift: dict) -> dict:
    return {
        "programme": PROGRAMME,
        "fund": FUND,
        "donor": {"name": gift["donor"], "kind": gift["kind"]},
        "money": {"amount": int(gift["fen"]), "currency": "CNY"},
        "received_at": gift["received_at"],
        "channel": "BANK",
        "reference": gift["reference"],
        "anonymous": False,
        "note": "",
    }


if __name__ == "__main__":
    with open(sys.argv[3], encoding="utf-8-sig", newline="") as file:
        for reference, became in hand_in(sys.argv[1], sys.argv[2], csv.DictReader(file)):
            print(reference, became)
