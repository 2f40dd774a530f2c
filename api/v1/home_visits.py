"""Visits at home, one or a hundred in a call, as devices hand them in; and what a device carries to make them."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, ProblemDocument, documented, paged, read_by
from api.fields import ChoiceTextField, IdField, MomentField, StrictSerializer, TextField, WholeField
from api.pages import page_of
from api.problems import BulkTooLarge, DoorProblem, problem_of
from api.v1.devices import DeviceDoor
from logistics.needs.access import visible_visits
from logistics.needs.carried import FAMILIES_MAX, carried_families
from logistics.needs.catalogue import CODE_LENGTH_MAX, catalogue
from logistics.needs.inputs import FindingInput, NeedInput, VisitAnswer, VisitInput
from logistics.needs.models import URGENCY_MAX, HomeVisit, Met
from logistics.needs.reporting import AGE_MAX, QUANTITY_MAX, SIZE_LENGTH_MAX, TEXT_LENGTH_MAX
from logistics.needs.timetables import timed_programmes
from logistics.needs.visits import (
    FINDINGS_PER_VISIT_MAX,
    FOUND,
    NEEDS_PER_VISIT_MAX,
    NOTE_LENGTH_MAX,
    PHOTOS_PER_VISIT_MAX,
    VISITS_PER_CALL_MAX,
    record_visits,
)

OUTCOMES = ("RECORDED", "REPEATED", "REFUSED")
MEMBERS_MET_MAX = 20
_MOMENT = MomentField()


class VisitNeedField(StrictSerializer):
    """What a family lacks. `need_id` is made on the device."""

    need_id = IdField()
    kind = TextField(length=CODE_LENGTH_MAX, help_text="A code of the installation's catalogue of needs.")
    urgency = WholeField(most=URGENCY_MAX, help_text="0 some day, 1 this month, 2 this week, 3 today.")
    member = IdField(required=False)
    text = TextField(length=TEXT_LENGTH_MAX, required=False, allow_blank=True, default="")
    size = TextField(length=SIZE_LENGTH_MAX, required=False, allow_blank=True, default="")
    age_years = WholeField(most=AGE_MAX, required=False, allow_null=True, default=None)
    quantity = WholeField(least=1, most=QUANTITY_MAX, required=False, default=1)


class VisitFindingField(StrictSerializer):
    """What the visit found of a need that was reported before."""

    need = IdField()
    found = ChoiceTextField(choices=list(FOUND))
    urgency = WholeField(most=URGENCY_MAX, required=False, allow_null=True, default=None)
    text = TextField(length=NOTE_LENGTH_MAX, required=False, allow_blank=True, default="")


class VisitField(StrictSerializer):
    """One visit. `visit_id` is made on the device and is the visit's idempotency key for ever."""

    visit_id = IdField()
    household = IdField()
    visited_at = MomentField()
    met = ChoiceTextField(choices=Met.choices)
    met_members = serializers.ListField(child=IdField(), required=False, default=list, max_length=MEMBERS_MET_MAX)
    liaison = IdField(required=False)
    programme = TextField(length=40, required=False, allow_blank=True, default="")
    note = TextField(length=NOTE_LENGTH_MAX, required=False, allow_blank=True, default="")
    photos = serializers.ListField(
        child=serializers.RegexField(r"^[0-9a-f]{64}$", max_length=64),
        required=False,
        default=list,
        max_length=PHOTOS_PER_VISIT_MAX,
    )
    needs = serializers.ListField(child=VisitNeedField(), required=False, default=list, max_length=NEEDS_PER_VISIT_MAX)
    findings = serializers.ListField(
        child=VisitFindingField(), required=False, default=list, max_length=FINDINGS_PER_VISIT_MAX
    )
    undoes = IdField(required=False)


class VisitsInput(StrictSerializer):
    """Visits in the order in which they were made."""

    visits = serializers.ListField(child=VisitField(), min_length=1, max_length=VISITS_PER_CALL_MAX)


class VisitOutcomeAnswer(serializers.Serializer):
    """What became of one visit."""

    visit_id = serializers.CharField(allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    photos_pending = serializers.ListField(child=serializers.CharField())
    problem = ProblemDocument(allow_null=True)


class VisitsAnswer(serializers.Serializer):
    """One answer a visit, in the same order."""

    server_time = serializers.DateTimeField()
    visits = serializers.ListField(child=VisitOutcomeAnswer())


class HomeVisitAnswer(serializers.Serializer):
    """A visit, without the words: those are read with their need, with a reason."""

    id = serializers.UUIDField()
    household = serializers.UUIDField()
    visited_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    met = serializers.ChoiceField(choices=Met.choices)
    liaison = serializers.UUIDField(allow_null=True)
    photos = serializers.ListField(child=serializers.CharField())
    undoes = serializers.UUIDField(allow_null=True)


class FamiliesAnswer(serializers.Serializer):
    """Families, masked, each with its members and what it lacks, and the words for kinds of needs."""

    server_time = serializers.DateTimeField()
    kinds = serializers.ListField(child=serializers.DictField())
    programmes = serializers.ListField(
        child=serializers.DictField(), help_text="Programmes with days of their own, which a visit may name."
    )
    townships = serializers.ListField(child=serializers.CharField())
    families = serializers.ListField(child=serializers.DictField(), max_length=FAMILIES_MAX)


class HomeVisits(Door):
    """Visits at home."""

    scopes = {"GET": ("needs:write",), "POST": ("needs:write",)}
    is_list = True
    # Each visit_id is its own key: a repeat changes nothing and is told so.
    is_once = False

    @documented(
        "List home visits",
        "To the families of one's own organisation and of those below it.",
        answers={200: paged(HomeVisitAnswer, "HomeVisit")},
        tag="needs",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_visits(self.actor.organisation), _said)

    @documented(
        "Record home visits",
        f"A single visit and an offline queue are the same call, up to {VISITS_PER_CALL_MAX}. Each visit has one "
        "answer; a bad one never sinks the rest. The bytes of photos go to `PUT /proofs/{sha256}`.",
        request=VisitsInput,
        answers={200: VisitsAnswer},
        problems=(413, 415, 422),
        tag="needs",
    )
    def post(self, request: Request) -> Response:
        """Record."""
        items, now = _items(request.data), timezone.now()
        read = [_read(item) for item in items]
        sound = [visit for visit in read if isinstance(visit, VisitInput)]
        answers = iter(record_visits(actor=self.actor, visits=sound, now=now) if sound else [])
        told = [
            _answered(next(answers), request) if isinstance(visit, VisitInput) else _refused(item, visit, request)
            for item, visit in zip(items, read, strict=True)
        ]
        return Response({"server_time": _MOMENT.to_representation(now), "visits": told})


class CarriedFamilies(DeviceDoor):
    """What a liaison's telephone carries: families, masked, with what each lacks, and the words for needs."""

    scopes = {"GET": ("needs:write",)}
    query = ("township",)

    @documented(
        "List families to visit",
        f"For a device: at most {FAMILIES_MAX} families, masked, with their open needs; and the catalogue of needs.",
        answers={200: FamiliesAnswer},
        tag="devices",
        query={"township": "One township's families only."},
    )
    def get(self, request: Request) -> Response:
        """List."""
        now, words = timezone.now(), catalogue()
        families, townships = carried_families(
            self.device.organisation, township=request.query_params.get("township", ""), now=now
        )
        kinds = [
            {"code": one.code, "zh": one.zh, "en": one.en, "has_size": one.has_size} for one in words.kinds.values()
        ]
        return Response(
            {
                "server_time": _MOMENT.to_representation(now),
                "kinds": kinds,
                "programmes": [
                    {"code": one.code, "zh": one.name_zh, "en": one.name_en or one.name_zh}
                    for one in timed_programmes(self.device.organisation)
                ],
                "townships": townships,
                "families": families,
            }
        )


def _items(body: Any) -> list[Any]:
    if not isinstance(body, dict) or set(body) != {"visits"} or not isinstance(body["visits"], list):
        raise ValidationError({"visits": ['Send {"visits": [...]}.']})
    if not body["visits"]:
        raise ValidationError({"visits": ["This must be a list of at least one visit."]})
    if len(body["visits"]) > VISITS_PER_CALL_MAX:
        raise BulkTooLarge(most=VISITS_PER_CALL_MAX)
    return list(body["visits"])


def _read(item: Any) -> VisitInput | Exception:
    """Read one visit, or return what is wrong with it."""
    try:
        said = read_by(VisitField, item)
    except (DoorProblem, APIException) as error:
        return error
    offset = said["visited_at"].utcoffset()
    return VisitInput(
        visit_id=said["visit_id"],
        household_id=said["household"],
        visited_at=said["visited_at"],
        offset_minutes=int(offset.total_seconds() // 60) if offset else 0,
        met=said["met"],
        met_member_ids=tuple(said["met_members"]),
        liaison_id=said.get("liaison"),
        programme_code=said["programme"],
        note=said["note"],
        photos=tuple(said["photos"]),
        needs=tuple(_need(need) for need in said["needs"]),
        findings=tuple(_finding(one) for one in said["findings"]),
        undoes=said.get("undoes"),
    )


def _need(said: dict[str, Any]) -> NeedInput:
    return NeedInput(member_id=said.pop("member", None), **said)


def _finding(said: dict[str, Any]) -> FindingInput:
    return FindingInput(said["need"], said["found"], said["urgency"], said["text"])


def _answered(answer: VisitAnswer, request: Request) -> dict[str, Any]:
    return {
        "visit_id": str(answer.visit_id),
        "outcome": answer.outcome,
        "photos_pending": answer.photos_pending,
        "problem": _problem(answer.refusal, request) if answer.refusal else None,
    }


def _refused(item: Any, error: Exception, request: Request) -> dict[str, Any]:
    visit_id = item.get("visit_id") if isinstance(item, dict) else None
    return {
        "visit_id": visit_id[:36] if isinstance(visit_id, str) else None,
        "outcome": "REFUSED",
        "photos_pending": [],
        "problem": _problem(error, request),
    }


def _problem(error: Exception, request: Request) -> dict[str, Any]:
    _, document, _ = problem_of(error)
    return {**document, "instance": request.path}


def _said(row: HomeVisit) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "household": str(row.household_id),
        "visited_at": _MOMENT.to_representation(row.visited_at),
        "received_at": _MOMENT.to_representation(row.received_at),
        "met": row.met,
        "liaison": str(row.liaison_id) if row.liaison_id else None,
        "photos": row.photos,
        "undoes": str(row.undoes_id) if row.undoes_id else None,
    }
