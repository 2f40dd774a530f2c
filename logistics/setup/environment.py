"""Make the project's own environment on a machine that has nothing but Python, and enter it."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from logistics.setup.progress import StepFailed, run_step

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
PYTHON_LEAST = (3, 11)
# Pango draws the text of labels; the last one makes a Chinese page 25 times faster.
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
TEST_PACKAGES = ("postgresql", "chromium")


def enter(arguments: Sequence[str]) -> None:
    """Go on in the project's environment: replaces this process unless it runs there already."""
    if sys.version_info < PYTHON_LEAST:
        raise SystemExit(f"Nuanliu needs Python {'.'.join(map(str, PYTHON_LEAST))} or newer.")
    is_test = arguments[1:2] == ["test"] or os.environ.get("NUANLIU_DEV") == "1"
    _require_environment(is_test=is_test)
    if arguments[1:2] in (["up"], ["test"]):
        _require_packages(TEST_PACKAGES if is_test else (), is_strict=is_test)
    if Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        os.execv(PYTHON, [str(PYTHON), *arguments])


def _require_environment(*, is_test: bool) -> None:
    files = [ROOT / "requirements.txt", *([ROOT / "requirements-dev.txt"] if is_test else [])]
    stamp = ENVIRONMENT / ("stamp-dev" if is_test else "stamp")
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    print("Nuanliu 暖流: preparing its own environment in .venv", file=sys.stderr)
    if not PYTHON.exists():
        _make_environment()
    options = [option for file in files for option in ("-r", str(file))]
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    run_step("Installing the Python packages", [*pip, *options])
    stamp.write_text(wanted)


def _make_environment() -> None:
    command = [sys.executable, "-m", "venv", str(ENVIRONMENT)]
    if not _has_ensurepip():
        missing = [f"python3.{sys.version_info.minor}-venv"]
        if not _install(missing):
            raise StepFailed(f"Python's venv is missing. Run this line, then try again:\n  {_line(missing)}")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    run_step("Making the environment", command)


def _has_ensurepip() -> bool:
    command = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _require_packages(more: Iterable[str], *, is_strict: bool) -> None:
    missing = [name for name in (*PACKAGES, *more) if not _is_installed(name)]
    if not missing or _install(missing):
        return
    line = f"These system packages are missing. As root, run:\n  {_line(missing)}"
    if is_strict:
        raise StepFailed(f"{line}\nThe tests need them.")
    print(f"{line}\nWithout them labels cannot be printed; everything else works.", file=sys.stderr)


def _is_installed(name: str) -> bool:
    if name == "chromium" and shutil.which("chromium"):
        return True
    if name == "postgresql" and any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return True
    if shutil.which("dpkg-query") is None:
        return any(Path(folder).glob(f"**/{name.rsplit('-', 1)[0]}*.so*") for folder in ("/usr/lib", "/usr/lib64"))
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", name]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"


def _install(names: Sequence[str]) -> bool:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run_step("Reading the list of Debian's packages", ["apt-get", "update", "--quiet"], env)
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *names]
    run_step(f"Installing {', '.join(names)}", command, env)
    return True


def _line(names: Sequence[str]) -> str:
    return f"apt-get update && apt-get install --yes --no-install-recommends {' '.join(names)}"
