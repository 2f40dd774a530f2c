"""Make the project's own environment on a machine that has nothing but Python, and enter it."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from logistics.setup import packages
from logistics.setup.progress import StepFailed, run_step

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
PYTHON_LEAST = (3, 11)
# Each set of packages has its own stamp: the hash of the files that it was installed from.
FILES = {"stamp": ("requirements.txt",), "stamp-dev": ("requirements.txt", "requirements-dev.txt")}


def enter(arguments: Sequence[str]) -> None:
    """Go on in the project's environment: replaces this process unless it runs there already.

    Refuses with StepFailed, which says what to run, where the environment cannot be made or a test lacks a program.
    """
    if sys.version_info < PYTHON_LEAST:
        raise SystemExit(f"Nuanliu needs Python {'.'.join(map(str, PYTHON_LEAST))} or newer.")
    command = arguments[1] if len(arguments) > 1 else ""
    is_test = command == "test"
    if not (is_test or command == "up") and _has_packages_of_its_own():
        return
    if is_test:
        prepare()
    else:
        _require_environment("stamp-dev" if os.environ.get("NUANLIU_DEV") == "1" else "stamp")
    if Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        os.execv(PYTHON, [str(PYTHON), *arguments])
    if command == "up":
        _ask_for(packages.FOR_LABELS)


def prepare() -> None:
    """Make the environment for development, with the programs that the tests need. Refuses with StepFailed."""
    _require_environment("stamp-dev")
    _require_all((*packages.FOR_LABELS, *packages.FOR_TESTS))


def _has_packages_of_its_own() -> bool:
    """Tell whether whoever runs this, an image for example, brings the packages along instead of a `.venv`."""
    return not ENVIRONMENT.exists() and importlib.util.find_spec("django_tasks_db") is not None


def _require_environment(stamp: str) -> None:
    wanted = {name: _hash_of(files) for name, files in FILES.items()}
    kept = ENVIRONMENT / stamp
    if PYTHON.exists() and kept.exists() and kept.read_text() == wanted[stamp]:
        return
    print("Nuanliu 暖流: preparing its own environment in .venv  正在准备运行环境", file=sys.stderr)
    if not _has_pip():
        _make_environment()
    options = [option for file in FILES[stamp] for option in ("-r", str(ROOT / file))]
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    run_step("Installing the Python packages", [*pip, *options])
    for name in ("stamp", stamp):
        (ENVIRONMENT / name).write_text(wanted[name])


def _hash_of(files: Sequence[str]) -> str:
    return hashlib.sha256(b"".join((ROOT / file).read_bytes() for file in files)).hexdigest()


def _has_pip() -> bool:
    # An interrupted first start leaves an environment without pip, or with half of it.
    return PYTHON.exists() and _runs([PYTHON, "-m", "pip", "--version"])


def _make_environment() -> None:
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    command = [sys.executable, "-m", "venv", str(ENVIRONMENT)]
    needed = [f"python3.{sys.version_info.minor}-venv"]
    if _runs([sys.executable, "-c", "import ensurepip, venv"]) or packages.install(needed):
        run_step("Making the environment", command)
        return
    print(f"Python's venv is missing; root would install it with:\n  {packages.line_for(needed)}", file=sys.stderr)
    print("Going on without it.  没有它也可以继续。", file=sys.stderr)
    try:
        run_step("Making the environment", [*command, "--without-pip"])
        is_ready = packages.install_pip(PYTHON)
    except StepFailed as failure:
        print(failure, file=sys.stderr)
        is_ready = False
    if not is_ready:
        raise StepFailed(
            "Python's packages cannot be installed without pip. As root, run this line, then try again:\n"
            f"需要 pip 才能安装。请用 root 运行下面一行, 然后重试:\n  {packages.line_for(needed)}"
        )


def _runs(command: Sequence[str | Path]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _require_all(names: Sequence[str]) -> None:
    lacking = packages.missing(names)
    if lacking and not packages.install(lacking):
        raise StepFailed(
            f"The tests need programs that are missing. As root, run:\n"
            f"测试所需的程序缺失。请用 root 运行:\n  {packages.line_for(lacking)}"
        )


def _ask_for(names: Sequence[str]) -> None:
    """Install what labels need, or say how and go on without."""
    lacking = packages.missing(names)
    try:
        if not lacking or packages.install(lacking):
            return
    except StepFailed as failure:
        print(failure, file=sys.stderr)
    print(
        f"Labels cannot be printed yet; everything else works. As root, run:\n"
        f"暂时不能打印标签, 其他功能可用。请用 root 运行:\n  {packages.line_for(lacking)}",
        file=sys.stderr,
    )
