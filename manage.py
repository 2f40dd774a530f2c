#!/usr/bin/env python3
"""Run Nuanliu. `python3 manage.py up` starts everything on a fresh machine; `python3 manage.py test` checks it."""

import argparse
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
    if sys.argv[1:2] == ["up"]:
        _choose_data(sys.argv[2:])
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


def _choose_data(arguments: list[str]) -> None:
    """Hand `--data` to the settings, which are read before the command reads its own options."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--data")
    if chosen := parser.parse_known_args(arguments)[0].data:
        os.environ["NUANLIU_DATA"] = os.path.abspath(os.path.expanduser(chosen))


if __name__ == "__main__":
    sys.exit(main())
