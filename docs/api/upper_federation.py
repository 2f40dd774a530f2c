"""The federation above pulls a quarter: every row of the distribution and donations ledgers, and what happened since.

    python upper_federation.py https://HOST KEY 2026-01-01 2026-03-31

It writes distribution.jsonl, donations.jsonl and events.jsonl. A page is asked for again until it comes; the cursor
names the last row that was seen, so that none is missed and none comes twice, though others write meanwhile.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from asking import ask
from nuanliu_client import AuthenticatedClient
from nuanliu_client.api.ledgers import read_a_ledger
from nuanliu_client.api.webhooks import list_events

PAGE = "500"


def rows_of(client: AuthenticatedClient, ledger: str, first: str, last: str, page: str = PAGE) -> Iterator[dict]:
    """Yield every row of a ledger's days."""
    asked = {"from_": first, "to": last, "limit": page}
    while True:
        answer = ask(lambda: read_a_ledger.sync_detailed(ledger, client=client, **asked))
        for row in answer.items:
            yield row.to_dict()
        if not answer.next_cursor:
            return
        asked["cursor"] = answer.next_cursor


def events_after(client: AuthenticatedClient, number: int) -> Iterator[dict]:
    """Yield what happened after the event with this number, to the newest. Keep the last number for the next time."""
    while True:
        answer = ask(lambda after=number: list_events.sync_detailed(client=client, after=str(after)))
        for event in answer.items:
            yield event.to_dict()
        if not answer.items:
            return
        number = answer.next_


def pull(address: str, key: str, first: str, last: str, folder: Path, page: str = PAGE) -> dict[str, int]:
    """Pull a quarter into files; returns how many rows each has."""
    client = AuthenticatedClient(base_url=address, token=key, timeout=60)
    sources = {name: rows_of(client, name, first, last, page) for name in ("distribution", "donations")}
    counts = {}
    for name, rows in {**sources, "events": events_after(client, 0)}.items():
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            counts[name] = sum(bool(file.write(json.dumps(row, ensure_ascii=False) + "\n")) for row in rows)
    return counts


if __name__ == "__main__":
    print(pull(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], Path()))
