"""Keys for tests: what they do not open, because it reaches beyond their sandbox."""

from rest_framework.request import Request

from api.problems import CallNotForTests
from logistics.kernel.refusals import Unacceptable
from logistics.partners.models import ApiKey, KeyKind

# What all bodies share: the catalogue of goods, the rules on cost, the numbers of the finance bureau's bills, how the
# installation fares.
CALLS_CLOSED_TO_TESTS = frozenset(
    {
        ("POST", "api/v1/items"),
        ("PATCH", "api/v1/items/<str:key>"),
        ("POST", "api/v1/kit-recipes"),
        ("PATCH", "api/v1/kit-recipes/<str:key>"),
        ("POST", "api/v1/donations/<uuid:donation_id>/official-bill"),
        ("POST", "api/v1/cost-rules"),
        ("GET", "api/v1/metrics"),
    }
)
# Their codes are unique among all bodies, so that a test could take one away.
CALLS_WITH_SHARED_CODES = frozenset(
    {f"api/v1/{name}" for name in ("organisations", "programmes", "suppliers", "warehouses", "funds")}
)


class CodeOutsideSandbox(Unacceptable):
    code = "code_outside_sandbox"
    zh = "沙箱里的代码须以 {mark} 开头。"
    en = "A code in the sandbox begins with {mark}."


def require_within_sandbox(request: Request, key: ApiKey) -> None:
    """Keep a key for tests to what is its own; everything else is not in its tree and so not there.

    Refuses CallNotForTests, CodeOutsideSandbox.
    """
    match = request._request.resolver_match
    if key.kind != KeyKind.TEST or match is None:
        return
    if (request.method, match.route) in CALLS_CLOSED_TO_TESTS:
        raise CallNotForTests
    if request.method == "POST" and match.route in CALLS_WITH_SHARED_CODES and isinstance(request.data, dict):
        mark, code = f"{_mark_of(key)}-", request.data.get("code")
        if isinstance(code, str) and not code.strip().startswith(mark):
            raise CodeOutsideSandbox(mark=mark, pointer="/code")


def _mark_of(key: ApiKey) -> str:
    """Return what the codes of a sandbox begin with: the code of its body."""
    return key.organisation.code
