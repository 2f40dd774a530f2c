"""Log lines: one request id through all of them, as text or JSON, and never what somebody sent us.

A traceback names places in the code. The message of an exception is left out: a database quotes the row that it
refuses, and the row may name a family.
"""

import contextvars
import datetime as dt
import json
import logging
import traceback
from types import TracebackType
from typing import Any

_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
# The id of the request that this thread is answering; empty outside one.
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
# What is said of an address that is none of ours.
NO_ROUTE = "elsewhere"
# What a record may say besides its message, by the name that it is given under.
FACTS = ("method", "route", "status", "milliseconds", "holder")


class TextLines(logging.Formatter):
    """Lines for people."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {request_id} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Write a line."""
        _say_route(record)
        record.request_id = request_id.get() or "-"
        return super().format(record)

    def formatException(self, ei: _Failure) -> str:
        """Say where it broke and in which kind of error, without the error's words."""
        return where_it_broke(ei)


class JsonLines(logging.Formatter):
    """Lines for programs: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a line."""
        _say_route(record)
        said: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
        }
        said |= {name: vars(record)[name] for name in FACTS if name in vars(record)}
        if record.exc_info:
            said["broke"] = where_it_broke(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def where_it_broke(failure: _Failure) -> str:
    """Write the frames of an exception and its kind."""
    kind, _, frames = failure
    return "".join(traceback.format_tb(frames)) + (kind.__name__ if kind else "")


def _say_route(record: logging.LogRecord) -> None:
    """Say the pattern where Django says the address itself: that may hold a code, and a code opens a page."""
    request = vars(record).get("request")
    path, match = getattr(request, "path", None), getattr(request, "resolver_match", None)
    if path is not None and isinstance(record.args, tuple):
        route = f"/{match.route}" if match else NO_ROUTE
        record.args = tuple(route if told == path else told for told in record.args)
