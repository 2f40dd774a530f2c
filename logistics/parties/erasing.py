"""What is kept of who signs in: names, sessions, a PIN, telephones of their own. What they did stays, by the id."""

import datetime as dt

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db.models import F, Q, QuerySet

from logistics.journal.revisions import Cause, erase_revision_texts, note_changed
from logistics.parties.device_models import Device, Enrolment, OperatorPin
from logistics.parties.devices import revoke_device
from logistics.parties.models import Person
from logistics.storage.erasing import Colleague, Holding, Said, declare_colleague_holdings
from logistics.storage.erasures import ERASED_FIELD

REFERENCE_SIGNS = 10
# A name of one sign stands in others by chance.
NAME_LENGTH_MIN = 2
REVOKED_BECAUSE = "erased"


def reference_of(person: Person) -> str:
    """Return what somebody is called who was erased: the end of the id, which names nobody."""
    return f"P-{person.id.hex[-REFERENCE_SIGNS:].upper()}"


def _persons(subject: Colleague) -> "QuerySet[Person]":
    return Person.objects.filter(id=subject.person_id, erased_at__isnull=True).select_related("organisation")


def _say_person(subject: Colleague) -> list[Said]:
    return [
        {
            "signs_in_as": row.username,
            "name": row.name,
            "organisation": row.organisation.name_zh,
            "roles": list(row.roles),
            "last_signed_in": row.last_login.isoformat() if row.last_login else None,
        }
        for row in _persons(subject)
    ]


def _erase_person(subject: Colleague, now: dt.datetime) -> int:
    """Lock the account and put the reference in the place of both names."""
    rows = list(_persons(subject))
    for row in rows:
        called = reference_of(row)
        _persons(subject).update(
            username=called,
            name=called,
            roles=[],
            is_active=False,
            password=make_password(None),
            last_login=None,
            erased_at=now,
        )
    return len(rows)


def _sessions(subject: Colleague) -> list[Session]:
    """List sessions of theirs: whose they are stands signed inside of each."""
    rows = Session.objects.order_by("expire_date").iterator()
    return [row for row in rows if row.get_decoded().get(SESSION_KEY) == str(subject.person_id)]


def _erase_sessions(subject: Colleague, now: dt.datetime) -> int:
    keys = [row.session_key for row in _sessions(subject)]
    return Session.objects.filter(session_key__in=keys).delete()[0]


def _pins(subject: Colleague) -> "QuerySet[OperatorPin]":
    return OperatorPin.objects.filter(person_id=subject.person_id)


def _own_devices(subject: Colleague) -> "QuerySet[Device]":
    """Return telephones on which they were signed in when these were enrolled: by no QR that was shown to another."""
    return Device.objects.filter(enrolled_by_id=subject.person_id, enrolment=None)


def _devices(subject: Colleague) -> list[Device]:
    """List their own devices, and those of their body that are called by their name."""
    chosen = Q(id__in=_own_devices(subject).values("id"))
    for row in _persons(subject):
        if len(row.name) >= NAME_LENGTH_MIN:
            body = {"organisation__path__startswith": row.organisation.path}
            chosen |= Q(**body, name__contains=row.name) | Q(**body, revoked_because__contains=row.name)
    return list(Device.objects.filter(chosen).exclude(name=F("code"), revoked_because="").order_by("id"))


def _say_devices(subject: Colleague) -> list[Said]:
    return [
        {"device": row.code, "name": row.name, "platform": row.platform, "since": row.enrolled_at.isoformat()}
        for row in _devices(subject)
    ]


def _erase_devices(subject: Colleague, now: dt.datetime) -> int:
    """Revoke their own devices, so that keys on them open nothing; call all of these by their codes alone."""
    rows, own = _devices(subject), set(_own_devices(subject).values_list("id", flat=True))
    for row in rows:
        if row.id in own:
            revoke_device(device=row, reason=REVOKED_BECAUSE, cause=Cause(now=now))
        note_changed(row, before={}, after={ERASED_FIELD: row.code}, cause=Cause(now=now))
        erase_revision_texts(row=row)
    ids = [row.id for row in rows]
    Device.objects.filter(id__in=ids).update(name=F("code"), revoked_because="")
    waiting = Enrolment.objects.filter(issued_by_id=subject.person_id, used_at=None, expires_at__gt=now)
    return len(rows) + waiting.update(expires_at=now)


declare_colleague_holdings(
    Holding("parties.devices", "自己的设备", "Devices of their own", ("parties_device",), _say_devices, _erase_devices),
    Holding("parties.person", "登录账号", "The account", ("parties_person",), _say_person, _erase_person),
    Holding(
        "parties.pin",
        "设备 PIN",
        "PIN",
        ("parties_pin",),
        lambda subject: [{"set_at": row.set_at.isoformat()} for row in _pins(subject)],
        lambda subject, now: _pins(subject).delete()[0],
    ),
    Holding(
        "parties.sessions",
        "登录会话",
        "Sessions",
        ("django_session",),
        lambda subject: [{"until": row.expire_date.isoformat()} for row in _sessions(subject)],
        _erase_sessions,
    ),
)
