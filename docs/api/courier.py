"""A courier's system reports what its drivers did: one call for a whole round, the same again until it is answered.

    python courier.py https://HOST KEY scans.csv

The file has the columns code, step (DISPATCH, ATTEMPT, HAND_OVER ...), at, reason and proof (the SHA-256 of a
signature's picture, which `PUT /api/v1/proofs/{sha256}` takes). A scan needs no Idempotency-Key: its `scan_id` is its
own for ever, made here of what happened.
"""

import csv
import sys
import uuid
from collections.abc import Iterator

from asking import ask
from nuanliu_client import AuthenticatedClient
from nuanliu_client.api.scans import record_scans
from nuanliu_client.models import ScansInputRequest

AT_ONCE = 1_000
# Made once for this courier, and kept.
OWN = uuid.UUID("6f1c9a54-3c1d-4f0e-9a3e-1f6a7d0c2b11")


def report(address: str, key: str, events: list[dict], at_once: int = AT_ONCE) -> Iterator[tuple[str, str, str]]:
    """Report what happened; yields code, step and outcome of each, in order."""
    client = AuthenticatedClient(base_url=address, token=key, timeout=60)
    numbered = list(enumerate(events, 1))
    for start in range(0, len(numbered), at_once):
        part = numbered[start : start + at_once]
        body = ScansInputRequest.from_dict({"scans": [_said(event, number) for number, event in part]})
        answer = ask(lambda body=body: record_scans.sync_detailed(client=client, body=body))
        for (_, event), outcome in zip(part, answer.outcomes, strict=True):
            yield event["code"], event["step"], outcome.outcome


def _said(event: dict, number: int) -> dict:
    scan = {
        "scan_id": str(uuid.uuid5(OWN, f"{event['code']} {event['step']} {event['at']}")),
        "code": event["code"],
        "step": event["step"],
        "scanned_at": event["at"],
        "sequence": number,
    }
    if event.get("reason"):
        scan["reason"] = event["reason"]
    if event.get("proof"):
        scan["proofs"] = [{"kind": "SIGNATURE", "sha256": event["proof"]}]
    return scan


if __name__ == "__main__":
    with open(sys.argv[3], encoding="utf-8-sig", newline="") as file:
        for row in report(sys.argv[1], sys.argv[2], list(csv.DictReader(file))):
            print(*row)
