"""Pages by key: as fast on the last page as on the first, and stable while rows are added."""

import base64
import binascii
import uuid
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import CursorInvalid, QueryUnknown

LIMIT_DEFAULT = 50
LIMIT_MAX = 500
CURSOR_LENGTH_MAX = 200
M = TypeVar("M", bound=Model)


def limit_of(request: Request) -> int:
    """Read `?limit=`. Refuses QueryUnknown."""
    text = request.query_params.get("limit", str(LIMIT_DEFAULT))
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:6]) <= LIMIT_MAX or len(text) > 6:
        raise QueryUnknown(parameter="limit", most=LIMIT_MAX)
    return int(text)


def cursor_of(request: Request) -> uuid.UUID | None:
    """Read `?cursor=`: the id of the last row that was seen. Refuses CursorInvalid."""
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        if len(text) > CURSOR_LENGTH_MAX:
            raise CursorInvalid
        return uuid.UUID(bytes=base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
    except (ValueError, binascii.Error, UnicodeEncodeError):
        raise CursorInvalid from None


def page_of(request: Request, rows: "QuerySet[M]", say: Callable[[M], Any], **more: Any) -> Response:
    """Answer one page of rows that are ordered by id, either way."""
    limit, cursor = limit_of(request), cursor_of(request)
    is_newest_first = rows.query.order_by == ("-id",)
    if cursor is not None:
        rows = rows.filter(id__lt=cursor) if is_newest_first else rows.filter(id__gt=cursor)
    found = list(rows[: limit + 1])
    last = found[limit - 1].pk if len(found) > limit else None
    return answer_page(request, [say(row) for row in found[:limit]], last, **more)


def answer_page(request: Request, items: list[Any], last: uuid.UUID | None, **more: Any) -> Response:
    """Answer items with the cursor that leads on after `last`."""
    cursor = base64.urlsafe_b64encode(last.bytes).decode().rstrip("=") if last else None
    headers = {}
    if cursor:
        query = urlencode({**dict(request.query_params.items()), "cursor": cursor})
        headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    return Response({**more, "items": items, "next_cursor": cursor}, headers=headers)
