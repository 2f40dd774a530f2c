"""Requests made from the document of the API, by seed: made once of one document, whichever engine asks first.

To make a request costs more than to answer it, and the same seed makes the same requests: they are kept under `build/`
beside the test's empty database. Nothing is kept that was not made of just this document by just these versions.
"""

import base64
import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from tests.databases import KEPT

EXAMPLES_PER_OPERATION = 3
MAKERS = ("schemathesis", "hypothesis")


@dataclass(frozen=True)
class Request:
    """One request as it is sent: `body` is base64 of its bytes, `named` the statuses that its operation names."""

    operation: str
    named: list[str]
    method: str
    url: str
    headers: dict[str, str]
    body: str

    def body_bytes(self) -> bytes:
        """Return what is sent."""
        return base64.b64decode(self.body)


def requests_of(document: dict[str, Any], number: int) -> list[Request]:
    """Return the requests of a seed to every operation: right ones and wrong ones."""
    kept = KEPT / f"requests-{_sha256_of(document)[:16]}-{number}.json"
    if not kept.exists():
        _keep(kept, number, [asdict(request) for request in _made(document, number)])
    return [Request(**row) for row in json.loads(kept.read_text(encoding="utf-8"))]


def _sha256_of(document: dict[str, Any]) -> str:
    makers = [Path(__file__).read_text(encoding="utf-8"), *map(version, MAKERS)]
    return hashlib.sha256(json.dumps([document, makers]).encode()).hexdigest()


def _keep(kept: Path, number: int, rows: list[dict[str, Any]]) -> None:
    """Put the file in its place whole: two runs may make it at once, and both make the same."""
    KEPT.mkdir(exist_ok=True)
    for stale in KEPT.glob(f"requests-*-{number}.json"):
        stale.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=KEPT, prefix="waiting-", delete=False, encoding="utf-8") as waiting:
        json.dump(rows, waiting)
    Path(waiting.name).replace(kept)


def _made(document: dict[str, Any], number: int) -> Iterator[Request]:
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            yield from _examples(found.ok(), mode, number)


def _examples(operation: schemathesis.APIOperation, mode: GenerationMode, number: int) -> list[Request]:
    made: list[Request] = []

    @seed(number)
    @settings(
        max_examples=EXAMPLES_PER_OPERATION,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def make(case: schemathesis.Case) -> None:
        made.append(_request(operation, case))

    with suppress(Unsatisfiable):
        # Some operations have nothing that could be wrong.
        make()
    return made


def _request(operation: schemathesis.APIOperation, case: schemathesis.Case) -> Request:
    query = {name: value for name, value in dict(case.query or {}).items() if isinstance(value, str | int)}
    headers = {
        name: str(value)
        for name, value in dict(case.headers or {}).items()
        if str(value).isascii() and str(value).isprintable() and name.lower() != "authorization"
    }
    named = [str(status) for status in operation.definition.raw["responses"]]
    url = f"{case.formatted_path}?{urlencode(query)}" if query else case.formatted_path
    body = base64.b64encode(_body(case)).decode("ascii")
    return Request(operation.label, named, case.method.upper(), url, headers, body)


def _body(case: schemathesis.Case) -> bytes:
    if isinstance(case.body, NotSet):
        return b""
    return case.body if isinstance(case.body, bytes) else json.dumps(case.body).encode()
