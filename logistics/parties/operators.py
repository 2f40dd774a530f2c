"""People who work on shared devices: their PINs, and who may be named as a scan's operator."""

import datetime as dt
import hashlib
import hmac
import re
import secrets
import uuid
from collections.abc import Collection
from itertools import pairwise

from django.db.models import Q, QuerySet

from logistics.journal.revisions import Cause, facts_of, note_changed
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.access import organisation_ids_above
from logistics.parties.device_models import OperatorPin
from logistics.parties.models import Organisation, Person, Role
from logistics.parties.standing import require_standing
from logistics.storage.transactions import action

PIN_LENGTH_MIN, PIN_LENGTH_MAX = 4, 8
PIN_ITERATIONS = 600_000
PIN_SALT_BYTES = 16
WRONG_PINS_MAX, LOCK_MINUTES = 5, 5
# Names on one device: more than one screen can search through is nobody's list.
OPERATORS_MAX = 300
SCANNING_ROLES = (Role.KEEPER, Role.COURIER, Role.OFFICER, Role.ADMINISTRATOR)
# 1111, 1234 and 4321: from each digit to the next, modulo ten.
_SIMPLE_STEPS = frozenset({0, 1, 9})


class PinNotDigits(Unacceptable):
    code = "pin_not_digits"
    zh = "PIN 须为 {least} 到 {most} 位数字。"
    en = "A PIN has {least} to {most} digits."


class PinTooSimple(Unacceptable):
    code = "pin_too_simple"
    zh = "这个 PIN 太容易猜到，请不要用相同或连续的数字。"
    en = "This PIN is too easy to guess; take no run and no repetition of one digit."


class PinWrong(Unacceptable):
    code = "pin_wrong"
    zh = "PIN 不正确。"
    en = "This is not the PIN."


class PinLocked(Conflicting):
    code = "pin_locked"
    zh = "PIN 输错次数过多，请 {minutes} 分钟后再试。"
    en = "Too many wrong PINs; try again in {minutes} minutes."


class OperatorUnknown(Unacceptable):
    code = "operator_unknown"
    zh = "这个人不在本单位或上级单位的在用人员中。"
    en = "There is no such active person here or above."


class OperatorNotAllowed(Unacceptable):
    code = "operator_not_allowed"
    zh = "这个人没有做这项工作的角色。"
    en = "This person has no role for this work."


@action
def set_pin(*, person: Person, pin: str, now: dt.datetime, cause: Cause | None = None) -> OperatorPin:
    """Set somebody's PIN in place of the old one. Refuses PinNotDigits, PinTooSimple, AccountErased."""
    require_standing(person.id)
    if not re.fullmatch(rf"[0-9]{{{PIN_LENGTH_MIN},{PIN_LENGTH_MAX}}}", pin):
        raise PinNotDigits(least=PIN_LENGTH_MIN, most=PIN_LENGTH_MAX, pointer="/pin")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= _SIMPLE_STEPS:
        raise PinTooSimple(pointer="/pin")
    salt = secrets.token_hex(PIN_SALT_BYTES)
    verifier = verifier_of(pin, salt, PIN_ITERATIONS)
    row, _ = OperatorPin.objects.update_or_create(
        person=person,
        defaults={"salt": salt, "iterations": PIN_ITERATIONS, "verifier": verifier, "set_at": now, "failures": 0},
    )
    before = facts_of(person)
    note_changed(person, before=before, after={**before, "pin": f"set {now.isoformat()}"}, cause=cause)
    return row


def verifier_of(pin: str, salt: str, iterations: int) -> str:
    """Derive what a device compares a PIN with: PBKDF2-HMAC-SHA-256 over the salt's bytes, in hexadecimal digits."""
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), bytes.fromhex(salt), iterations).hex()


def operators_for(organisation: Organisation) -> list[Person]:
    """List who may work on an organisation's devices: its own people who scan, then those above it with a PIN."""
    rows = _standing_at(organisation).filter(is_active=True).filter(Q(organisation=organisation) | Q(pin__isnull=False))
    found = rows.select_related("pin").order_by("-organisation__path", "name", "id")
    return [person for person in found if person.has_role(*SCANNING_ROLES)][:OPERATORS_MAX]


def get_operator(*, organisation: Organisation, person_id: uuid.UUID, roles: Collection[str]) -> Person:
    """Return who may do on a device what asks for one of these roles. Refuses OperatorUnknown, OperatorNotAllowed."""
    person = _standing_at(organisation).filter(id=person_id, is_active=True).first()
    if person is None:
        raise OperatorUnknown(pointer="/operator")
    if not person.has_role(*roles):
        raise OperatorNotAllowed(pointer="/operator")
    return person


def sign_in(*, organisation: Organisation, person_id: uuid.UUID, pin: str, now: dt.datetime) -> Person:
    """Return who signs in on a device of an organisation by a PIN. Refuses OperatorUnknown, PinLocked, PinWrong."""
    person = next((known for known in operators_for(organisation) if known.id == person_id), None)
    if person is None or not _is_pin_of(person, pin, now):
        raise OperatorUnknown(pointer="/operator") if person is None else PinWrong(pointer="/pin")
    return person


@action
def _is_pin_of(person: Person, pin: str, now: dt.datetime) -> bool:
    """Tell whether it is the person's PIN, and count wrong ones: the count must outlast the refusal."""
    row = OperatorPin.objects.select_for_update().filter(person=person).first()
    if row is None:
        return False
    is_over = row.failed_at is None or row.failed_at <= now - dt.timedelta(minutes=LOCK_MINUTES)
    failures = 0 if is_over else row.failures
    if failures >= WRONG_PINS_MAX:
        raise PinLocked(minutes=LOCK_MINUTES)
    is_right = hmac.compare_digest(verifier_of(pin, row.salt, row.iterations), row.verifier)
    failures, failed_at = (0, None) if is_right else (failures + 1, now)
    OperatorPin.objects.filter(id=row.id).update(failures=failures, failed_at=failed_at)
    return is_right


def are_operators(person_ids: Collection[uuid.UUID], organisation: Organisation) -> dict[uuid.UUID, bool]:
    """Tell of people who stand at an organisation or above it whether they are active; others are left out."""
    rows = _standing_at(organisation).filter(id__in=list(person_ids))
    return dict(rows.values_list("id", "is_active"))


def _standing_at(organisation: Organisation) -> "QuerySet[Person]":
    return Person.objects.filter(organisation_id__in=organisation_ids_above(organisation))
