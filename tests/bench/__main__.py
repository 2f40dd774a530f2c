"""Run every benchmark on a PostgreSQL of its own, with the real server, and write what was measured."""

import os
import subprocess
import sys

from logistics.setup.postgres import running_server
from tests.architecture.house import ROOT


def main() -> int:
    """Start the database, then measure in a process that knows its address before Django is set up."""
    with running_server() as server:
        env = {**os.environ, "DATABASE_URL": server.role_url, "MIGRATION_DATABASE_URL": server.owner_url}
        env |= {"DJANGO_SETTINGS_MODULE": "logistics.settings", "NUANLIU_LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "tests.bench.measure", *sys.argv[1:]]
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
