"""Read request bodies strictly: what is not plain JSON within bounds is refused, whoever sent it and however."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from api.problems import BodyTooLarge

BODY_BYTES_MAX = 2 * 1024 * 1024
DEPTH_MAX = 32


class StrictJSONParser(BaseParser):
    """UTF-8 JSON: no duplicate keys, no NaN, no lone surrogates, bounded in size and depth."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value in the body. Refuses what cannot be read (400), is too large (413) or encoded (415)."""
        request: Request = (parser_context or {})["request"]
        encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity").lower()
        if encoding not in ("", "identity"):
            raise UnsupportedMediaType(encoding, detail="A body is sent without Content-Encoding.")
        return value_in(raw_body(request))


class MergePatchParser(StrictJSONParser):
    """The same for a JSON merge patch (RFC 7396)."""

    media_type = "application/merge-patch+json"


class AlwaysJSON(BaseContentNegotiation):
    """Answers are JSON whatever was asked for: a problem document never fails for want of a renderer."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Choose JSON for JSON; anything else is refused with 415."""
        media_type = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Choose the first renderer."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or ""


def raw_body(request: Request, most: int = BODY_BYTES_MAX) -> bytes:
    """Return the bytes of the body, read once and never more than the bound."""
    kept = getattr(request._request, "_body", None)
    if kept is None:
        length = request.META.get("CONTENT_LENGTH") or 0
        if str(length).isdigit() and int(length) > most:
            raise BodyTooLarge(most=most)
        kept = request._request.read(most + 1)
        if len(kept) > most:
            raise BodyTooLarge(most=most)
        # Where Django itself keeps a body that was read.
        request._request._body = kept
    return bytes(kept)


def value_in(body: bytes) -> Any:
    """Read JSON. Refuses with ParseError and says why."""
    if not body:
        raise ParseError("The body is empty; send a JSON object.")
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_finite
        )
    except UnicodeDecodeError:
        raise ParseError("The body is not UTF-8.") from None
    except RecursionError:
        raise ParseError(f"The body is nested more than {DEPTH_MAX} deep.") from None
    except ValueError as error:
        raise ParseError(f"The body is not JSON: {error}"[:200]) from None
    _require_sound(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _require_sound(value: Any) -> None:
    """Walk without recursion: bound the depth, and find halves of surrogate pairs, which no database can store."""
    waiting = [(value, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEPTH_MAX:
            raise ParseError(f"The body is nested more than {DEPTH_MAX} deep.")
        if isinstance(node, str) and not node.isascii():
            _require_whole(node)
        elif isinstance(node, dict):
            waiting.extend((key, depth) for key in node)
            waiting.extend((item, depth + 1) for item in node.values())
        elif isinstance(node, list):
            waiting.extend((item, depth + 1) for item in node)


def _require_whole(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ParseError("A text holds half of a surrogate pair.") from None
