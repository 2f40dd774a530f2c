"""Problem details (RFC 9457): every error of the API has a stable code, a status and words in both languages."""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import get_language
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from logistics.kernel.refusals import Conflicting, Missing, NotAllowed, Refusal, every_refusal
from logistics.setup.logs import request_id

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """One kind of problem that the door itself finds."""

    status: int
    zh: str
    en: str


PROBLEMS: Mapping[str, Problem] = {
    "unreadable": Problem(400, "请求内容无法读取。", "The request cannot be read."),
    "query_unknown": Problem(400, "没有这个查询参数，或写法不对。", "A query parameter is unknown or malformed."),
    "cursor_invalid": Problem(400, "分页游标无效。", "The cursor is not valid."),
    "idempotency_key_missing": Problem(400, "请带上 Idempotency-Key。", "Send an Idempotency-Key."),
    "idempotency_key_invalid": Problem(
        400, "Idempotency-Key 须为 1 到 255 个可见字符。", "An Idempotency-Key has 1 to 255 visible characters."
    ),
    "unauthenticated": Problem(401, "请带上有效的密钥，或先登录。", "Send a valid key, or sign in."),
    "device_revoked": Problem(
        401,
        "这台设备已停用：除尚未上传的扫码外，请清除本机全部数据。",
        "This device was revoked: wipe everything on it but the scans that were not handed in.",
    ),
    "call_not_for_devices": Problem(403, "设备的密钥不能用于这个操作。", "A device's key does not open this call."),
    "key_network_refused": Problem(
        403, "这个密钥不能从您所在的网络使用。", "This key may not be used from the network that you call from."
    ),
    "call_not_for_tests": Problem(
        403,
        "测试密钥不能用于这个操作：它会涉及所有单位共用的资料。",
        "A key for tests does not open this call: it reaches what all bodies share.",
    ),
    "person_needed": Problem(
        403,
        "这一步须由登录的工作人员本人负责，密钥不能代替。",
        "Somebody answers for this step: a signed-in person takes it, not a key.",
    ),
    "scope_missing": Problem(403, "您的密钥或角色没有所需权限。", "Your key or role lacks the scope for this."),
    "csrf_failed": Problem(403, "页面已过期，请刷新后重试。", "The page has expired; load it again."),
    "not_found": Problem(404, "没有这个地址，或不属于您。", "There is nothing here, or it is not yours."),
    "method_not_allowed": Problem(405, "这个地址不支持该方法。", "This address does not take that method."),
    "idempotency_key_in_use": Problem(
        409, "同一请求正在处理，请稍后重试。", "The same request is still running; try again soon."
    ),
    "if_match_stale": Problem(
        412, "这份资料已被别人改过，请重新读取再改。", "This has changed meanwhile; read it again, then change it."
    ),
    "body_too_large": Problem(413, "请求内容超过 {most} 字节。", "The body is larger than {most} bytes."),
    "bulk_too_large": Problem(413, "一次最多 {most} 项。", "A bulk call takes at most {most} items."),
    "media_type_unsupported": Problem(415, "只接受 application/json。", "Only application/json is taken."),
    "invalid": Problem(422, "有字段不符合要求，请看 errors。", "Some fields cannot be accepted; see errors."),
    "idempotency_key_reused": Problem(
        422, "这个 Idempotency-Key 已用于另一个请求。", "This Idempotency-Key was used for another request."
    ),
    "if_match_missing": Problem(
        428, "修改须带 If-Match，写上读取时得到的 ETag。", "A change needs If-Match with the ETag that was read."
    ),
    "too_many_requests": Problem(
        429, "请求过于频繁，请 {seconds} 秒后再试。", "Too many requests; try again in {seconds} seconds."
    ),
    "internal": Problem(
        500, "系统出错，已记录编号 {incident}。", "Something broke here; it is on record as {incident}."
    ),
}


class DoorProblem(Exception):
    """A problem that the door itself finds. Subclasses name the code."""

    code: ClassVar[str]

    def __init__(self, *, headers: Mapping[str, str] | None = None, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts
        self.headers = dict(headers or {})


class QueryUnknown(DoorProblem):
    code = "query_unknown"


class CursorInvalid(DoorProblem):
    code = "cursor_invalid"


class KeyMissing(DoorProblem):
    code = "idempotency_key_missing"


class KeyInvalid(DoorProblem):
    code = "idempotency_key_invalid"


class DeviceRevoked(DoorProblem):
    code = "device_revoked"

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Bearer realm="nuanliu"'})


class CallNotForDevices(DoorProblem):
    code = "call_not_for_devices"


class PersonNeeded(DoorProblem):
    code = "person_needed"


class CallNotForTests(DoorProblem):
    code = "call_not_for_tests"


class KeyNetworkRefused(DoorProblem):
    code = "key_network_refused"


class ScopeMissing(DoorProblem):
    code = "scope_missing"


class KeyInUse(DoorProblem):
    code = "idempotency_key_in_use"


class IfMatchMissing(DoorProblem):
    code = "if_match_missing"


class IfMatchStale(DoorProblem):
    code = "if_match_stale"


class BodyTooLarge(DoorProblem):
    code = "body_too_large"


class BulkTooLarge(DoorProblem):
    code = "bulk_too_large"


class KeyReused(DoorProblem):
    code = "idempotency_key_reused"


def status_of(refusal: type[Refusal]) -> int:
    """Map a refusal to a status: not there 404, at odds 409, not allowed 403, refused for what it says 422."""
    for kind, status in ((Missing, 404), (Conflicting, 409), (NotAllowed, 403)):
        if issubclass(refusal, kind):
            return status
    return 422


def every_problem() -> list[dict[str, Any]]:
    """List every code with its status and words, for `/api/v1/problems`."""
    own = [{"code": code, "status": p.status, "zh": p.zh, "en": p.en} for code, p in PROBLEMS.items()]
    refused = [{"code": kind.code, "status": status_of(kind), "zh": kind.zh, "en": kind.en} for kind in every_refusal()]
    return sorted(own + refused, key=lambda row: str(row["code"]))


def problem_of(error: Exception) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Say any error as status, problem document (without instance) and headers."""
    if isinstance(error, Refusal):
        return _refused(error)
    if isinstance(error, DoorProblem):
        return _own(error.code, headers=error.headers, **error.facts)
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error)
    if isinstance(error, Http404 | exceptions.NotFound):
        return _own("not_found")
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return _own("unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="nuanliu"'})
    if isinstance(error, exceptions.PermissionDenied | PermissionDenied):
        return _own("csrf_failed")
    if isinstance(error, exceptions.ParseError):
        return _own("unreadable", detail=str(error.detail))
    if isinstance(error, exceptions.MethodNotAllowed):
        return _own("method_not_allowed")
    if isinstance(error, exceptions.UnsupportedMediaType):
        return _own("media_type_unsupported")
    incident = uuid.uuid4().hex[:12]
    _log.error("incident %s", incident, exc_info=error)
    return _own("internal", incident=incident)


def answer_to_exception(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer any error of a door with its problem document."""
    status, document, headers = problem_of(error)
    document["instance"] = context["request"].path
    response = Response(document, status=status, headers=headers, content_type=MEDIA_TYPE)
    response.exception = True
    return response


def answer_not_found(request: HttpRequest, *args: object, **kwargs: object) -> JsonResponse:
    """Answer an unknown address under /api/ with a problem document."""
    status, document, headers = _own("not_found")
    return JsonResponse({**document, "instance": request.path}, status=status, content_type=MEDIA_TYPE, headers=headers)


def answer_unreadable(request: HttpRequest) -> JsonResponse:
    """Answer what Django itself could not read under /api/ with a problem document."""
    status, document, _ = _own("unreadable")
    return JsonResponse({**document, "instance": request.path}, status=status, content_type=MEDIA_TYPE)


def answer_broken(request: HttpRequest) -> JsonResponse:
    """Answer what broke outside a door with a problem document."""
    status, document, _ = _own("internal", incident=uuid.uuid4().hex[:12])
    return JsonResponse({**document, "instance": request.path}, status=status, content_type=MEDIA_TYPE)


def _refused(refusal: Refusal) -> tuple[int, dict[str, Any], dict[str, str]]:
    detail = refusal.message(get_language() or "zh")
    document = _document(refusal.code, status_of(type(refusal)), detail, dict(refusal.facts))
    if refusal.pointer:
        document["errors"] = [{"pointer": refusal.pointer, "code": refusal.code, "detail": detail}]
    return document["status"], document, {}


def _own(
    code: str, *, headers: Mapping[str, str] | None = None, detail: str = "", **facts: Any
) -> tuple[int, dict[str, Any], dict[str, str]]:
    problem = PROBLEMS[code]
    words = problem.zh if (get_language() or "zh").startswith("zh") else problem.en
    document = _document(code, problem.status, detail or words.format(**facts), facts)
    return problem.status, document, dict(headers or {})


def _document(code: str, status: int, detail: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": f"/api/v1/problems#{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        "facts": dict(facts),
        "request_id": request_id.get(),
    }


def _invalid(error: exceptions.ValidationError) -> tuple[int, dict[str, Any], dict[str, str]]:
    status, document, headers = _own("invalid")
    document["errors"] = list(_errors(error.detail, ""))
    return status, document, headers


def _errors(detail: Any, pointer: str) -> "list[dict[str, str]]":
    if isinstance(detail, Mapping):
        steps = [
            (pointer if key == api_settings.NON_FIELD_ERRORS_KEY else f"{pointer}/{_escaped(str(key))}", item)
            for key, item in detail.items()
        ]
        return [row for place, item in steps for row in _errors(item, place)]
    if isinstance(detail, list):
        if all(isinstance(item, exceptions.ErrorDetail) for item in detail):
            return [{"pointer": pointer, "code": item.code, "detail": str(item)} for item in detail]
        return [row for place, item in enumerate(detail) for row in _errors(item, f"{pointer}/{place}")]
    return [{"pointer": pointer, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}]


def _escaped(part: str) -> str:
    """Escape a JSON pointer's part (RFC 6901)."""
    return part[:80].replace("~", "~0").replace("/", "~1")
