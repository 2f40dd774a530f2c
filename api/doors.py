"""The base of every door: who, which scope, which query parameters, once or again; and how it is documented."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import KeyHolder, actor_of, scopes_of
from api.device_keys import is_call_of_devices
from api.fields import StrictSerializer
from api.idempotency import KEY_LENGTH_MAX, answer_once, key_of
from api.limits import METER, policies_for
from api.pages import LIMIT_MAX
from api.parsing import MergePatchParser, StrictJSONParser
from api.problems import (
    BulkTooLarge,
    CallNotForDevices,
    DoorProblem,
    KeyMissing,
    PersonNeeded,
    QueryUnknown,
    ScopeMissing,
    problem_of,
)
from api.sandbox_calls import require_within_sandbox
from logistics.audits.mandates import record_look
from logistics.kernel.refusals import Refusal
from logistics.parties.actors import Actor
from logistics.storage.transactions import action, apart

ANYONE: tuple[str, ...] = ()
_PAGING = ("limit", "cursor")
# Documents the two parameters of every list.
PAGING = {"limit": "Rows a page, at most 500.", "cursor": "Where to go on: the last answer's next_cursor."}
QUERY_LENGTH_MAX = 300
BULK_ITEMS_MAX = 1_000
# What one item of a bulk may be refused with; anything else breaks the whole call.
REFUSED_ITEM = (Refusal, DoorProblem, APIException)
_WHOLE_BODY = object()
QUERY_SCHEMA = {"type": "string", "maxLength": QUERY_LENGTH_MAX}
# Quoted as the IETF draft has it, the key is two characters longer.
KEY_SCHEMA = {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX + 2}
Handler = TypeVar("Handler", bound=Callable[..., HttpResponseBase])


class Door(APIView):
    """A thin view. `scopes` names for each method the scopes of which the caller needs one; empty is for anyone who
    is known. `posts_to_books` makes the Idempotency-Key of a partner's POST compulsory.
    """

    scopes: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    query: ClassVar[tuple[str, ...]] = ()
    is_list: ClassVar[bool] = False
    is_public: ClassVar[bool] = False
    posts_to_books: ClassVar[bool] = False
    is_once: ClassVar[bool] = True
    # Whether a POST also takes {"items": [...]}, each item as if it had come alone.
    is_bulk: ClassVar[bool] = False
    _item: Any = _WHOLE_BODY
    _limits: Mapping[str, str] = MappingProxyType({})

    @cached_property
    def actor(self) -> Actor:
        """Who calls: the same throughout a request, and a door answers one."""
        return actor_of(self.request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in who may, with parameters that are known."""
        super().initial(request, *args, **kwargs)
        if not self.is_public:
            user = request.user
            if user is None:
                raise NotAuthenticated
            if isinstance(user, KeyHolder) and user.key.device_id and not is_call_of_devices(request):
                raise CallNotForDevices
            self._count(request)
            needed = self.scopes.get(request.method or "", ANYONE)
            if needed and not scopes_of(request).intersection(needed):
                raise ScopeMissing(needed=list(needed))
            if isinstance(request.user, KeyHolder):
                require_within_sandbox(request, request.user.key)
            record_look(actor=self.actor, address=request.get_full_path(), now=timezone.now())
        if request.method == "GET":
            self._require_known_query(request)

    def _count(self, request: Request) -> None:
        """Count the request of a key. Refuses TooManyRequests."""
        if isinstance(request.user, KeyHolder):
            wants_file = request.query_params.get("format", "json") != "json"
            policies = policies_for(is_export=wants_file)
            self._limits = METER.count(self.actor.holder_id, policies, now=timezone.now())

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Run the handler once for each Idempotency-Key."""
        self.args, self.kwargs = args, kwargs
        wrapped = self.initialize_request(request, *args, **kwargs)
        self.request, self.headers = wrapped, self.default_response_headers
        try:
            self.initial(wrapped, *args, **kwargs)
            response = self._answered(wrapped, *args, **kwargs)
        except Exception as error:
            response = self.handle_exception(error)
        self.response = self.finalize_response(wrapped, response, *args, **kwargs)
        for name, told in self._limits.items():
            self.response.headers.setdefault(name, told)
        return self.response

    def _answered(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        method = (request.method or "").lower()
        handler = getattr(self, method, None) if method in self.http_method_names else None
        if method == "post" and self.is_bulk and isinstance(request.data, dict) and set(request.data) == {"items"}:
            handler = self._post_bulk
        if handler is None:
            self.http_method_not_allowed(request)
        assert handler is not None
        key = key_of(request) if method == "post" and self.is_once else None
        if key is None:
            if method == "post" and self.posts_to_books and isinstance(request.user, KeyHolder):
                raise KeyMissing
            return handler(request, *args, **kwargs)  # type: ignore[no-any-return]  # -- handlers answer Responses
        context = self.get_exception_handler_context()
        return answer_once(
            request,
            key,
            self.actor.holder_id,
            lambda: handler(request, *args, **kwargs),
            context,
            lambda: self.prepare(request),
        )

    def prepare(self, request: Request) -> None:
        """Do before a POST's transaction what nobody should wait for inside it."""

    def _post_bulk(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer each item of a bulk in order; a bad one never sinks the rest."""
        items: Any = dict(request.data)["items"]
        if not isinstance(items, list) or not items:
            raise ValidationError({"items": ["This must be a list of at least one item."]})
        if len(items) > BULK_ITEMS_MAX:
            raise BulkTooLarge(most=BULK_ITEMS_MAX)
        return Response({"items": _answers(self, request, items)})

    def answer_items(self, request: Request, items: list[Any]) -> list[dict[str, Any]]:
        """Answer the items of a bulk in order, each as if it had come alone."""
        return [self._answer_item(request, index, item) for index, item in enumerate(items)]

    def _answer_item(self, request: Request, index: int, item: Any) -> dict[str, Any]:
        self._item = item
        try:
            response = apart(lambda: self.post(request))  # type: ignore[attr-defined]  # -- bulk doors have one
        except REFUSED_ITEM as error:
            return refused_item(request, index, error)
        return {"index": index, "status": response.status_code, "id": response.data["id"]}

    def _require_known_query(self, request: Request) -> None:
        known = {*self.query, *(_PAGING if self.is_list else ())}
        for name, value in request.query_params.items():
            if name not in known or len(request.query_params.getlist(name)) > 1:
                raise QueryUnknown(parameter=name[:40])
            if len(value) > QUERY_LENGTH_MAX or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in str(value)):
                raise QueryUnknown(parameter=name[:40])

    def require_person(self) -> None:
        """Refuse PersonNeeded to a key: somebody answers for what follows."""
        if self.actor.person is None:
            raise PersonNeeded

    def read(self, serializer: type[StrictSerializer], *, is_patch: bool = False) -> dict[str, Any]:
        """Read the body by a serializer, a patch as far as it goes. Refuses with every field's error."""
        return read_by(serializer, self.request.data if self._item is _WHOLE_BODY else self._item, is_patch=is_patch)


def read_by(serializer: type[StrictSerializer], data: Any, *, is_patch: bool = False) -> dict[str, Any]:
    """Read what was sent by a serializer. Refuses with every field's error."""
    form = serializer(data=data, partial=is_patch)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def reader_of(serializer: type[StrictSerializer]) -> Callable[[Any], dict[str, Any]]:
    """Return what reads many bodies as `read_by` reads one, by fields that are made once."""
    form = serializer()

    def read(data: Any) -> dict[str, Any]:
        try:
            return dict(form.run_validation(data))
        except ValidationError:
            # Said once more, with the errors as a body that came alone has them.
            return read_by(serializer, data)

    return read


@action
def _answers(door: Door, request: Request, items: list[Any]) -> list[dict[str, Any]]:
    return door.answer_items(request, items)


def refused_item(request: Request, index: int, error: Exception) -> dict[str, Any]:
    """Say what became of an item of a bulk that was refused."""
    status, document, _ = problem_of(error)
    return {"index": index, "status": status, "problem": {**document, "instance": request.path}}


class ProblemDocument(serializers.Serializer):
    """RFC 9457, with a stable code and the facts."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    code = serializers.CharField(help_text="Stable for ever; listed at /api/v1/problems.")
    facts = serializers.DictField()
    request_id = serializers.CharField(
        help_text="Also in the header X-Request-Id and in our log: name it when you ask."
    )
    errors = serializers.ListField(child=serializers.DictField(), required=False)  # type: ignore[assignment]  # -- RFC 9457's name


@cache
def paged(item: type[serializers.Serializer], name: str) -> type[serializers.Serializer]:
    """Document a page of items."""
    fields = {
        "items": serializers.ListField(child=item(), max_length=LIMIT_MAX),
        "next_cursor": serializers.CharField(allow_null=True),
    }
    return type(f"{name}Page", (serializers.Serializer,), fields)


BULK_WORDS = (
    f' Also takes `{{"items": [...]}}`, up to {BULK_ITEMS_MAX:,}: answered 200 with `index`, `status` and `id` or'
    " `problem` of each, in order; one bad item never sinks the rest."
)


def _or_bulk(form: type[serializers.Serializer]) -> PolymorphicProxySerializer:
    items = serializers.ListField(child=form(), min_length=1, max_length=BULK_ITEMS_MAX)
    bulk = type(f"{form.__name__}Bulk", (serializers.Serializer,), {"items": items})
    bulk.__doc__ = "Many at once."
    return PolymorphicProxySerializer(
        component_name=f"{form.__name__}OrBulk", serializers=[form, bulk], resource_type_field_name=None
    )


class BulkItemAnswer(serializers.Serializer):
    """What became of one item."""

    index = serializers.IntegerField()
    status = serializers.IntegerField()
    id = serializers.CharField(required=False)
    problem = ProblemDocument(required=False)


class BulkAnswer(serializers.Serializer):
    """What became of each item, in order."""

    items = serializers.ListField(child=BulkItemAnswer())


def _or_items(form: type[serializers.Serializer]) -> PolymorphicProxySerializer:
    return PolymorphicProxySerializer(
        component_name=f"{form.__name__}OrItems", serializers=[form, BulkAnswer], resource_type_field_name=None
    )


def documented(
    summary: str,
    description: str,
    *,
    answers: Mapping[int, Any],
    request: Any = None,
    problems: Sequence[int] = (),
    query: Mapping[str, str] | None = None,
    tag: str,
    is_public: bool = False,
    is_repeatable: bool = False,
    is_bulk: bool = False,
) -> Callable[[Handler], Handler]:
    """Document one operation: what it is for, what it takes, each answer and each problem."""
    statuses = {400, 401, 403, 404, 405, 429, 500, *problems} if not is_public else {400, 404, 405, 500, *problems}
    found = {(status, "application/problem+json"): ProblemDocument for status in sorted(statuses - set(answers))}
    parameters = [
        OpenApiParameter(name, QUERY_SCHEMA, OpenApiParameter.QUERY, description=words)
        for name, words in (query or {}).items()
    ]
    if is_repeatable:
        words = "Makes the request safe to repeat for 48 hours; 1 to 255 visible characters."
        parameters.append(OpenApiParameter("Idempotency-Key", KEY_SCHEMA, OpenApiParameter.HEADER, description=words))
    if is_bulk:
        answers = {**answers, 200: _or_items(answers[200])}
    schema: dict[str, Any] = {
        # "List parcels" becomes list_parcels: stable names for generated clients.
        "operation_id": summary.lower().replace("'s", "").replace(" ", "_"),
        "summary": summary,
        "description": f"{description}{BULK_WORDS if is_bulk else ''}",
        "responses": {
            **{status: OpenApiResponse(form, description=summary) for status, form in answers.items()},
            **found,
        },
        "parameters": parameters,
        "tags": [tag],
        "auth": [] if is_public else None,
    }

    def mark(handler: Handler) -> Handler:
        form = _or_bulk(request) if is_bulk else request
        is_form = form is not None and not isinstance(form, dict)
        # A generated client sends the last kind that is named: a merge patch belongs to PATCH alone.
        media = (MergePatchParser, StrictJSONParser) if handler.__name__ == "patch" else (StrictJSONParser,)
        body = {parser.media_type: form for parser in media} if is_form else form
        return extend_schema(request=body, **schema)(handler)

    return mark


# What a step with something may be refused with, besides what every call may.
STEP_PROBLEMS = (409, 413, 415, 422)


def documented_step(
    summary: str,
    description: str,
    *,
    answer: type[serializers.Serializer],
    tag: str,
    request: type[serializers.Serializer] | None = None,
    status: int = 200,
) -> Callable[[Handler], Handler]:
    """Document a POST that does one thing, once for each Idempotency-Key, and says how the thing stands then."""
    return documented(
        summary,
        description,
        request=request,
        answers={status: answer},
        problems=STEP_PROBLEMS,
        tag=tag,
        is_repeatable=True,
    )
