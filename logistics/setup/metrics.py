"""Counters for operators, shared by the processes of one machine through PROMETHEUS_MULTIPROC_DIR."""

import functools
import os
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LABELS = ("method", "route")
_answers = Counter("nuanliu_answers", "Answers by address and status.", (*_LABELS, "status"))
_seconds = Histogram(
    "nuanliu_answer_seconds", "How long answers took.", _LABELS, buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10)
)


def count_answer(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer. `route` is the pattern of the address, never the address."""
    counter, histogram = _children(method, route, status)
    counter.inc()
    histogram.observe(seconds)


@functools.cache
def _children(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Find the counters of one kind of answer; there are as many as addresses and statuses, and no more."""
    return _answers.labels(method, route, str(status)), _seconds.labels(method, route)


def metrics_text(waiting: Mapping[str, int]) -> bytes:
    """Write all counters in Prometheus' format, and how much waits in each queue at this moment."""
    gauges = CollectorRegistry()
    gauge = Gauge("nuanliu_waiting", "What waits, by queue.", ("queue",), registry=gauges)
    for queue, count in waiting.items():
        gauge.labels(queue).set(count)
    return generate_latest(_counters()) + generate_latest(gauges)


def _counters() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # -- the package has no types for it
    return registry
