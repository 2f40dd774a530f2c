"""Allocate a whole long list in a process of its own, as a worker does, and print what it took.

`python -m tests.bench.long_list_walk JOB_ID` with the database in the environment; one line of JSON on the output.
"""

import json
import sys
import time
import uuid
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402 -- Django must be set up first

from logistics.press.allocation_models import AllocationJob  # noqa: E402 -- Django must be set up first
from logistics.press.allocation_walk import walk_list  # noqa: E402 -- Django must be set up first
from logistics.press.models import JobState  # noqa: E402 -- Django must be set up first

OPEN = (JobState.QUEUED, JobState.RUNNING)


def main(job_id: uuid.UUID) -> None:
    """Walk turn by turn to the end."""
    sent = 0

    def count(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        nonlocal sent
        sent += 1
        return execute(sql, params, many, context)

    before = _peak_kilobytes()
    begun = time.perf_counter()
    turns = 0
    with connection.execute_wrapper(count):
        while AllocationJob.objects.filter(id=job_id, state__in=OPEN).exists():
            walk_list(job_id)
            turns += 1
    took = time.perf_counter() - begun
    job = AllocationJob.objects.get(id=job_id)
    assert job.state == JobState.DONE, job.problem
    told = {"seconds": took, "statements": sent, "turns": turns, "places": job.done}
    print(json.dumps({**told, "peak_mb": _peak_kilobytes() / 1e3, "idle_mb": before / 1e3}))


def _peak_kilobytes() -> int:
    # Not getrusage: what the process that started this one had at its highest counts there, too.
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


if __name__ == "__main__":
    main(uuid.UUID(sys.argv[1]))
