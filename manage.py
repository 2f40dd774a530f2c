#!/usr/bin/env python3
"""Run Nuanliu. `python3 manage.py up` starts everything on a fresh machine; `python3 manage.py test` checks it."""

import os
import sys

from logistics.setup.environment import enter


def main() -> int:
    """Enter the project's own environment, making it where it is missing, and run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings")
    enter(sys.argv)
    if sys.argv[1:2] == ["test"]:
        from logistics.setup.testing import run_tests

        return run_tests(sys.argv[2:])
    if sys.argv[1:2] == ["up"] and "--data" in sys.argv[:-1]:
        # Settings are read before the command's own options are.
        os.environ["NUANLIU_DATA"] = sys.argv[sys.argv.index("--data") + 1]
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
