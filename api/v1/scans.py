"""Scans, one or a thousand in a call: read by hand, because every device waits for this door."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import MomentField
from api.problems import BulkTooLarge
from logistics.deliveries.actions import SCANS_PER_CALL_MAX, record_scans
from logistics.deliveries.answers import message_for
from logistics.deliveries.inputs import ScanAnswer, ScanInput
from logistics.kernel.delivery_states import OUTCOMES, STEPS
from logistics.kernel.proofs import PROOF_KINDS

SEQUENCE_MAX = 2**53
PROOFS_MAX = 12
TEXT_MAX = 200
CODE_DIGITS_MAX = 12
_KNOWN = frozenset(
    {"scan_id", "code", "step", "scanned_at", "sequence", "operator", "witness", "collector", "round", "undoes"}
    | {"household_code", "one_time_code", "lot_code", "place", "reason", "next_try", "proofs", "note"}
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
# What only the vault keeps, erasable.
_DETAIL = ("place", "collector", "note", "next_try")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLACE = frozenset({"latitude", "longitude", "accuracy_m"})
_MOMENT = MomentField()


class ScanField(serializers.Serializer):
    """One scan. `scan_id` is made on the device and is the scan's idempotency key for ever."""

    scan_id = serializers.UUIDField()
    code = serializers.CharField(max_length=TEXT_MAX)
    step = serializers.ChoiceField(choices=STEPS)
    scanned_at = serializers.DateTimeField()
    sequence = serializers.IntegerField(min_value=0, max_value=SEQUENCE_MAX)
    operator = serializers.UUIDField(required=False)
    witness = serializers.UUIDField(required=False)
    collector = serializers.CharField(required=False, max_length=60)
    round = serializers.UUIDField(required=False)
    undoes = serializers.UUIDField(required=False)
    household_code = serializers.CharField(required=False, max_length=TEXT_MAX)
    one_time_code = serializers.CharField(required=False, max_length=CODE_DIGITS_MAX)
    lot_code = serializers.CharField(required=False, max_length=TEXT_MAX)
    place = serializers.DictField(required=False)
    reason = serializers.CharField(required=False, max_length=32)
    next_try = serializers.DateField(required=False, help_text="With ATTEMPT: the day that was agreed at the door.")
    note = serializers.CharField(required=False, max_length=TEXT_MAX)
    proofs = serializers.ListField(child=serializers.DictField(), required=False, max_length=PROOFS_MAX)


class ScansInput(serializers.Serializer):
    """Scans in the order in which they were made."""

    device_time = serializers.DateTimeField(required=False)
    scans = serializers.ListField(child=ScanField(), min_length=1, max_length=SCANS_PER_CALL_MAX)


class OutcomeAnswer(serializers.Serializer):
    """The answer to one scan."""

    scan_id = serializers.CharField(allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    parcel = serializers.DictField(allow_null=True)
    facts = serializers.DictField()
    message = serializers.DictField()


class ScansAnswer(serializers.Serializer):
    """One outcome a scan, in the same order."""

    server_time = serializers.DateTimeField()
    outcomes = serializers.ListField(child=OutcomeAnswer())


class Malformed(Exception):
    """A scan that cannot be understood: which field, and why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(field, why)
        self.field, self.why = field, why


class Scans(Door):
    """Scans."""

    scopes = {"POST": ("scans:write",)}
    # Each scan_id is its own key: a repeat changes nothing and is told so.
    is_once = False

    @documented(
        "Record scans",
        "A single scan and an offline queue are the same call. Each scan has one outcome; a bad one never sinks "
        "the rest.",
        request=ScansInput,
        answers={200: ScansAnswer},
        problems=(413, 415, 422),
        tag="scans",
    )
    def post(self, request: Request) -> Response:
        """Record."""
        now = timezone.now()
        body = request.data
        if not isinstance(body, dict):
            raise ValidationError({"scans": ['Send {"scans": [...]}.']})
        if not isinstance(body.get("scans"), list):
            raise ValidationError({"scans": ["This must be a list of scans."]})
        if set(body) - {"scans", "device_time"}:
            raise ValidationError({name: ["This field is not known."] for name in set(body) - {"scans", "device_time"}})
        if len(body["scans"]) > SCANS_PER_CALL_MAX:
            raise BulkTooLarge(most=SCANS_PER_CALL_MAX)
        device_time = _MOMENT.to_internal_value(body["device_time"]) if body.get("device_time") else None
        read = [_read(item) for item in body["scans"]]
        sound = [scan for scan in read if isinstance(scan, ScanInput)]
        answers = iter(
            record_scans(actor=self.actor, scans=sound, device_time=device_time, now=now) if sound or not read else []
        )
        outcomes = [_said(next(answers)) if isinstance(scan, ScanInput) else scan for scan in read]
        return Response({"server_time": _MOMENT.to_representation(now), "outcomes": outcomes})


def _read(item: Any) -> ScanInput | dict[str, Any]:
    """Read one scan, or say why it cannot be understood."""
    try:
        return _scan(item)
    except Malformed as error:
        zh, en = message_for("MALFORMED")
        scan_id = item.get("scan_id") if isinstance(item, dict) and isinstance(item.get("scan_id"), str) else None
        return {
            "scan_id": scan_id[:36] if scan_id else None,
            "outcome": "MALFORMED",
            "parcel": None,
            "facts": {"field": error.field, "why": error.why},
            "message": {"zh": zh, "en": en},
        }


def _scan(item: Any) -> ScanInput:
    if not isinstance(item, dict):
        raise Malformed("", "a scan is an object")
    for name in item:
        if name not in _KNOWN:
            raise Malformed(name[:40], "not known")
    scanned_at = _moment(item, "scanned_at")
    offset = scanned_at.utcoffset() or dt.timedelta()
    detail = {name: item[name] for name in _DETAIL if item.get(name) is not None}
    return ScanInput(
        scan_id=_id(item, "scan_id", is_required=True) or uuid.UUID(int=0),
        code=_text(item, "code", is_required=True),
        step=_step(item),
        scanned_at=scanned_at,
        sequence=_whole(item, "sequence"),
        offset_minutes=int(offset.total_seconds() // 60),
        operator_id=_id(item, "operator"),
        witness_id=_id(item, "witness"),
        round_id=_id(item, "round"),
        undoes=_id(item, "undoes"),
        household_code=_text(item, "household_code"),
        one_time_code=_text(item, "one_time_code", most=CODE_DIGITS_MAX),
        lot_code=_text(item, "lot_code"),
        reason=_text(item, "reason", most=32),
        proofs=_proofs(item),
        detail=_detail(detail),
    )


def _step(item: Mapping[str, Any]) -> str:
    step = _text(item, "step", is_required=True, most=12)
    if step not in STEPS:
        raise Malformed("step", f"one of {', '.join(STEPS)}")
    if step == "UNDO" and not item.get("undoes"):
        raise Malformed("undoes", "an UNDO names the scan that it undoes")
    return step


def _text(item: Mapping[str, Any], name: str, *, is_required: bool = False, most: int = TEXT_MAX) -> str:
    value = item.get(name)
    if value is None and not is_required:
        return ""
    if (
        not isinstance(value, str)
        or len(value) > most
        or not value.isprintable()
        or (is_required and not value.strip())
    ):
        raise Malformed(name, f"a printable text of at most {most} characters")
    return value.strip()


def _id(item: Mapping[str, Any], name: str, *, is_required: bool = False) -> uuid.UUID | None:
    value = item.get(name)
    if value is None and not is_required:
        return None
    try:
        if isinstance(value, str) and len(value) == 36:
            return uuid.UUID(value)
    except ValueError:
        pass
    raise Malformed(name, "a UUID")


def _whole(item: Mapping[str, Any], name: str) -> int:
    value = item.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= SEQUENCE_MAX:
        raise Malformed(name, "an integer that is not negative")
    return value


def _moment(item: Mapping[str, Any], name: str) -> dt.datetime:
    try:
        return _MOMENT.to_internal_value(item.get(name))
    except ValidationError:
        raise Malformed(name, "an RFC 3339 time with an offset") from None


def _proofs(item: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    proofs = item.get("proofs") or []
    if not isinstance(proofs, list) or len(proofs) > PROOFS_MAX:
        raise Malformed("proofs", f"at most {PROOFS_MAX} proofs")
    return tuple(_proof(proof) for proof in proofs)


def _proof(proof: Any) -> tuple[str, str]:
    if not isinstance(proof, dict) or set(proof) != {"kind", "sha256"}:
        raise Malformed("proofs", "each proof has kind and sha256")
    kind = _text(proof, "kind", is_required=True, most=24)
    if kind not in PROOF_KINDS:
        raise Malformed("proofs", f"kind is one of {', '.join(PROOF_KINDS)}")
    if not isinstance(proof["sha256"], str) or not _SHA256.fullmatch(proof["sha256"]):
        raise Malformed("proofs", "a sha256 has 64 lower-case hexadecimal digits")
    return kind, proof["sha256"]


def _detail(detail: dict[str, Any]) -> dict[str, Any]:
    """Take what only the vault may keep; numbers become texts, since canonical bytes know no floats."""
    place = detail.get("place")
    if place is not None:
        if not isinstance(place, dict) or set(place) - _PLACE:
            raise Malformed("place", "latitude, longitude and accuracy_m")
        if not all(isinstance(value, int | float) and abs(value) <= 10**7 for value in place.values()):
            raise Malformed("place", "numbers")
        detail["place"] = {name: repr(value) for name, value in place.items()}
    for name in ("collector", "note"):
        if name in detail:
            detail[name] = _text(detail, name)
    if "next_try" in detail and not _is_day(detail["next_try"]):
        raise Malformed("next_try", "a day as YYYY-MM-DD")
    return detail


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        return bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def _said(answer: ScanAnswer) -> dict[str, Any]:
    parcel = answer.parcel
    return {
        "scan_id": str(answer.scan_id),
        "outcome": answer.outcome,
        "parcel": {
            "id": str(parcel.parcel_id),
            "code": parcel.code,
            "state": parcel.state,
            "programme": {"zh": parcel.programme_zh, "en": parcel.programme_en},
            "township": parcel.township,
            "contents": parcel.contents,
        }
        if parcel
        else None,
        "facts": dict(answer.facts),
        "message": {"zh": answer.message_zh, "en": answer.message_en},
    }
