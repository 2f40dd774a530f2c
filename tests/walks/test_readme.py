"""The lines of the README run as they stand there, against a real server with the demonstration."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from django.utils import timezone

from labels.readback import read_codes
from logistics.parcels.models import Parcel
from logistics.press.demo import load_demonstration
from tests.architecture.house import ROOT
from tests.looking import assert_books_close

WALK = re.compile(r"<!-- walk -->\n```sh\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_walk_of_the_readme_delivers_a_parcel(
    live_app: str, committed_database: str, tmp_path: Path, name: str
) -> None:
    load_demonstration(now=timezone.now())
    delivered = Parcel.objects.filter(state="DELIVERED").count()
    (lines,) = WALK.findall((ROOT / name).read_text(encoding="utf-8"))
    script = "set -eu\n" + lines.replace("http://127.0.0.1:8000", live_app)
    script = script.replace("python3 manage.py", f"python3 {ROOT}/manage.py")
    env = {**os.environ, "DATABASE_URL": committed_database}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    *_, outcome, state, row, value = done.stdout.splitlines()
    assert (outcome, state, value) == ("RECORDED", "DELIVERED", "20000"), done.stdout
    assert Parcel.objects.filter(state="DELIVERED").count() == delivered + 1
    (uri,) = read_codes((tmp_path / "label.pdf").read_bytes())
    assert uri.rsplit("/", 1)[1] in row
    assert_books_close()
