"""Read before Django's settings: tests keep their data in a folder of their own."""

import atexit
import os
import shutil
import tempfile

import pytest

if "NUANLIU_TEST_DATA" not in os.environ:
    folder = tempfile.mkdtemp(prefix="nuanliu-tests-")
    os.environ["NUANLIU_TEST_DATA"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ["NUANLIU_DATA"] = os.environ["NUANLIU_TEST_DATA"]
os.environ.setdefault("NUANLIU_MARK", "7K")
# What tests look with explains itself as tests do.
pytest.register_assert_rewrite("tests.looking")
