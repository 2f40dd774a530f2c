"""A batch of labels under the eyes of a test: asked for, in small chunks, drawn here or by another process."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from logistics.codes.models import Code
from logistics.kernel.codes import code_uri
from logistics.parcels.models import Parcel
from logistics.press.actions import ask_for_labels
from logistics.press.models import LabelBatch
from tests.cast import World

SHEET = "THERMAL_60X40"


def asked(world: World, count: int, **more: object) -> tuple[LabelBatch, list[Parcel]]:
    """Ask for the labels of so many new parcels."""
    world.stock_kits(count)
    parcels = world.plan(count)
    return ask_for_labels(actor=world.partner, parcels=parcels, sheet=SHEET, now=world.now, **more), parcels  # type: ignore[arg-type]  # -- the test's own words


def uris(parcels: list[Parcel]) -> list[str]:
    """List what the codes of parcels say."""
    return [code_uri(parcel.code.text, settings.CODE_HOST) for parcel in parcels]


def print_counts(parcels: list[Parcel]) -> list[int]:
    """List how often each parcel's label was printed."""
    counts = dict(Code.objects.values_list("id", "print_count"))
    return [counts[parcel.code_id] for parcel in parcels]


def other_process(url: str, *command: str, **more):  # type: ignore[no-untyped-def]
    """Run Python beside this process, on the same database and files."""
    env = {name: value for name, value in os.environ.items() if name != "MIGRATION_DATABASE_URL"}
    env |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.files_apart", "NUANLIU_FILES": settings.MEDIA_ROOT}
    return subprocess.Popen([sys.executable, *command], env=env, **more)


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let the kernel refuse every byte of a file beyond a size, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
