"""`make strangers`: Spectral with its OWASP rules over the document, npm's `standardwebhooks` over signatures.

Needs node and npm; what they need is installed into `build/strangers`, by the lock file beside this one.
"""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.architecture.house import ROOT
from tests.architecture.schema import WRITTEN

HERE, PLACE = Path(__file__).parent, ROOT / "build" / "strangers"
BROUGHT = ("package.json", "package-lock.json", ".npmrc", "spectral.yaml", "verify.mjs")
INSTALL_SECONDS, RUN_SECONDS = 600, 300
ERROR = 0


def main() -> int:
    """Run both; returns how many found something."""
    if shutil.which("npm") is None:
        print("There is no npm here. On Debian: apt-get install --no-install-recommends nodejs npm")
        return 1
    _install()
    return len([1 for judge in (_spectral, _verifier) if not judge()])


def _install() -> None:
    PLACE.mkdir(parents=True, exist_ok=True)
    for name in BROUGHT:
        shutil.copy(HERE / name, PLACE / name)
    _run(["npm", "ci", "--silent"], seconds=INSTALL_SECONDS).check_returncode()


def _spectral() -> bool:
    """Judge the document: no rule may be broken that its authors call an error."""
    command = ["node_modules/.bin/spectral", "lint", "--ruleset", "spectral.yaml", "--format", "json", "--quiet"]
    told = PLACE / "spectral.json"
    told.unlink(missing_ok=True)
    # Into a file: it ends before a long answer has gone through a pipe.
    done = _run([*command, "--output", str(told), str(WRITTEN)], seconds=RUN_SECONDS)
    if not told.exists():
        print(f"Spectral said nothing: {done.stdout[-500:]}{done.stderr[-500:]}")
        return False
    found = json.loads(told.read_text(encoding="utf-8"))
    errors = [row for row in found if row["severity"] == ERROR]
    warned = Counter(row["code"] for row in found if row["severity"] != ERROR)
    for row in errors[:20]:
        print(f"{row['code']}: {row['message']} ({'.'.join(map(str, row['path']))})")
    print(f"Spectral: {len(errors)} errors; warnings: {dict(warned) or 'none'}")
    return not errors


def _verifier() -> bool:
    """Let another language verify our signatures, over Chinese text, with one secret and while it is replaced."""
    messages = _messages()
    done = _run(["node", "verify.mjs"], seconds=RUN_SECONDS, told=json.dumps(messages))
    words = done.stdout.split()
    print(f"npm's standardwebhooks: {words.count('right')} of {len(messages)} as they should be {done.stderr[-300:]}")
    return words == ["right"] * len(messages)


def _messages() -> list[dict[str, Any]]:
    """Sign a message with one secret and with two, and forge one of each kind."""
    from logistics.outbox.endpoint_models import WebhookEndpoint
    from logistics.outbox.signing import new_secret, signed_headers

    now = dt.datetime.now(dt.UTC)
    old, new = new_secret(), new_secret()
    body = json.dumps({"type": "delivery.confirmed", "data": {"items": "宝贝暖心包 ❄ 少云镇"}}, ensure_ascii=False)
    one = WebhookEndpoint(secret=new)
    both = WebhookEndpoint(secret=new, previous_secret=old, previous_secret_until=now + dt.timedelta(hours=1))
    found = []
    for endpoint, secret in ((one, new), (both, new), (both, old)):
        headers = signed_headers(endpoint, message="evt_1", body=body.encode(), now=now)
        found.append({"secret": secret, "headers": headers, "body": body, "isForged": False})
        found.append({"secret": secret, "headers": headers, "body": body.replace("少云镇", "邻镇"), "isForged": True})
    headers = signed_headers(one, message="evt_1", body=body.encode(), now=now)
    return [*found, {"secret": old, "headers": headers, "body": body, "isForged": True}]


def _run(command: list[str], *, seconds: int, told: str | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=PLACE, input=told, capture_output=True, text=True, timeout=seconds, check=False)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="nuanliu-strangers-") as folder:
        os.environ |= {"NUANLIU_DATA": folder, "DJANGO_SETTINGS_MODULE": "logistics.settings"}
        import django

        django.setup()
        sys.exit(min(main(), 1))
