"""What the system itself must have: which parts are missing, and how Debian gets them."""

import ctypes.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from logistics.setup.progress import run_step

# Each Debian package with a look at whether this system, Debian or not, has what it brings.
PRESENCE: dict[str, Callable[[], bool]] = {
    # Pango draws the text of labels; the last one makes a Chinese page 25 times faster.
    "libpango-1.0-0": lambda: bool(ctypes.util.find_library("pango-1.0")),
    "libpangoft2-1.0-0": lambda: bool(ctypes.util.find_library("pangoft2-1.0")),
    "libharfbuzz-subset0": lambda: bool(ctypes.util.find_library("harfbuzz-subset")),
    "postgresql": lambda: postgresql_programs() is not None,
    "chromium": lambda: shutil.which("chromium") is not None,
    # Playwright's own program, which drives the browser, is linked to it.
    "libatomic1": lambda: bool(ctypes.util.find_library("atomic")),
    "curl": lambda: shutil.which("curl") is not None,
    # Checks our books with an accountant's program that knows nothing of us.
    "hledger": lambda: shutil.which("hledger") is not None,
}
FOR_LABELS = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
FOR_TESTS = ("postgresql", "chromium", "libatomic1", "curl", "hledger")


def missing(names: Sequence[str]) -> list[str]:
    """Name the packages whose contents this system lacks."""
    return [name for name in names if not PRESENCE[name]()]


def postgresql_programs() -> Path | None:
    """Find the folder of the newest PostgreSQL server's programs."""
    folders = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if folders:
        return max(folders, key=lambda path: int(path.parent.name))
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def install(names: Sequence[str]) -> bool:
    """Install Debian packages and return True, or return False where that takes another user or another system."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run_step("Reading the list of Debian's packages", ["apt-get", "update", "--quiet"], env)
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *names]
    run_step(f"Installing {', '.join(names)}", command, env)
    return True


def line_for(names: Sequence[str]) -> str:
    """Write the line that root has to run."""
    return f"apt-get update && apt-get install --yes --no-install-recommends {' '.join(names)}"


def install_pip(python: Path) -> bool:
    """Put pip into an environment without being root: fetch Debian's own package of it and unpack it in a folder.

    Returns False where the system is not Debian's.
    """
    if any(shutil.which(program) is None for program in ("apt-get", "dpkg-deb")):
        return False
    with tempfile.TemporaryDirectory(prefix="nuanliu-pip-") as name:
        folder = Path(name)
        (folder / "lists" / "partial").mkdir(parents=True)
        (folder / "archives" / "partial").mkdir(parents=True)
        apt = ["apt-get", "--quiet", "-o", f"Dir::State::lists={folder / 'lists'}", "-o", f"Dir::Cache={folder}"]
        run_step("Reading the list of Debian's packages", [*apt, "update"])
        run_step("Fetching pip", [*apt, "download", "python3-pip-whl"], folder=folder)
        package = next(folder.glob("python3-pip-whl*.deb"))
        subprocess.run(["dpkg-deb", "--extract", package, folder / "pip"], check=True)
        wheel = next(folder.glob("pip/usr/share/python-wheels/pip-*.whl"))
        run_step("Installing pip", [str(python), f"{wheel}/pip", "install", "--quiet", "--no-index", str(wheel)])
    return True
