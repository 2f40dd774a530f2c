"""What a liaison's session writes: what their pages let them write, and nothing that the office decides.

The scopes of a partner's program are wider: a program may be an office's. A person in the villages is none.
"""

from django.http import HttpRequest

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FAMILY = "api/v1/households/<uuid:household_id>"
_MEMBER = f"{_FAMILY}/members/<uuid:member_id>"
_NEED = "api/v1/needs/<uuid:need_id>"
# Every call that writes and that a liaison's session opens, by method and address.
CALLS_OF_LIAISONS = frozenset(
    {
        ("POST", "api/v1/applications"),
        ("POST", "api/v1/applications/<uuid:application_id>/withdraw"),
        ("POST", "api/v1/grievances"),
        ("POST", "api/v1/home-visits"),
        ("POST", "api/v1/households"),
        ("POST", "api/v1/households/search"),
        ("PATCH", _FAMILY),
        ("POST", f"{_FAMILY}/hardships"),
        ("POST", f"{_FAMILY}/members"),
        ("PATCH", _MEMBER),
        ("POST", f"{_MEMBER}/consents"),
        ("POST", f"{_MEMBER}/guardians"),
        ("POST", f"{_FAMILY}/photos"),
        ("POST", "api/v1/needs"),
        *(("POST", f"{_NEED}/{step}") for step in ("confirm", "escalate", "meet", "refer", "reopen", "withdraw")),
        ("POST", "api/v1/reply-cards"),
        ("POST", "api/v1/verification-visits/<uuid:visit_id>/result"),
    }
)


def is_call_of_liaisons(request: HttpRequest) -> bool:
    """Tell whether a liaison's session opens this call; reading is theirs as far as their scopes go."""
    match = request.resolver_match
    return request.method in _READING or (match is not None and (request.method, match.route) in CALLS_OF_LIAISONS)
