"""What a caller says to read personal words in the clear: that they want to, and why, which is logged."""

from collections.abc import Mapping

from rest_framework.request import Request

from api.problems import QueryUnknown

# The query parameters of every door that shows personal words, and what they are for.
UNMASKING: Mapping[str, str] = {
    "unmask": "true to read what is otherwise masked or left out.",
    "reason": "Why it is needed; it is logged.",
}
_WORDS = {"1": True, "true": True, "0": False, "false": False}


def reason_given(request: Request) -> str | None:
    """Return why the caller wants to read in the clear, None where they do not. Refuses QueryUnknown."""
    unmask = request.query_params.get("unmask", "0")
    if unmask not in _WORDS:
        raise QueryUnknown(parameter="unmask")
    return request.query_params.get("reason", "") if _WORDS[unmask] else None
