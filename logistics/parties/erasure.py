"""Erase or export who signs in: somebody who left. What they did stays, by an id that names nobody.

The list of erasures beside the keys has them too: `manage.py replay_erasures` erases them again after a restore.
"""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from logistics.journal.revisions import Cause, erase_revision_texts, facts_of, note_changed
from logistics.kernel.canonical import CanonicalValue
from logistics.kernel.refusals import Conflicting, NotAllowed
from logistics.parties.access import organisation_ids_above
from logistics.parties.actors import Actor
from logistics.parties.erasing import reference_of
from logistics.parties.models import Person, PersonErasure, Role
from logistics.storage.erasing import Colleague, colleague_holdings
from logistics.storage.erasure_list import note_erasure, noted_erasures
from logistics.storage.erasures import (
    ERASED_FIELD,
    Part,
    hindering,
    leave_no_pages,
    parts_kept,
    require_cause,
    require_finished,
)
from logistics.storage.rows import new_id
from logistics.storage.transactions import action


class LastAdministrator(Conflicting):
    code = "last_administrator"
    zh = "这是本单位及上级单位最后一位在用的管理员，不能删除。请先指定另一位管理员。"
    en = "This is the last active administrator here and above; name another one first."


class OwnAccountErased(NotAllowed):
    code = "own_account_erased"
    zh = "不能删除自己的账号，请由另一位管理员操作。"
    en = "Nobody erases their own account; another administrator does."


def kept_of_person(person: Person) -> list[Part]:
    """Count what every room keeps of who signs in: what an erasure shows before it is confirmed."""
    return parts_kept(colleague_holdings(), Colleague(person.id))


def open_things_of_person(person: Person) -> list[str]:
    """List by reference what must be put into other hands before an erasure."""
    return hindering(colleague_holdings(), Colleague(person.id))


def export_of_person(person: Person) -> Mapping[str, CanonicalValue]:
    """Say all that is kept of who signs in, by room, in the clear: for the person whom it concerns."""
    return {one.name: [dict(said) for said in one.say(Colleague(person.id))] for one in colleague_holdings()}


@action
def erase_signed_in(
    *, actor: Actor | None, person: Person, cause: str, now: dt.datetime, erasure_id: uuid.UUID | None = None
) -> PersonErasure:
    """Erase somebody who signs in, for good: the account is locked, and nothing of a name stays; twice changes nothing.

    With `erasure_id` an erasure is done again in a restored database. Refuses OwnAccountErased, LastAdministrator,
    ErasureTooEarly, ErasureCauseUnknown.
    """
    require_cause(cause)
    if actor is not None and actor.holder_id == person.id:
        raise OwnAccountErased
    locked = _locked(person)
    if erasure_id is None:
        _require_another_administrator(locked)
        require_finished(open_things_of_person(locked))
    subject, before = Colleague(locked.id), _impersonal(locked)
    counts: dict[str, CanonicalValue] = {one.name: one.erase(subject, now) for one in colleague_holdings()}
    locked.refresh_from_db()
    after = {**_impersonal(locked), ERASED_FIELD: reference_of(locked)}
    note_changed(locked, before=before, after=after, cause=actor.cause(now) if actor else Cause(now=now))
    counts["journal.texts"] = erase_revision_texts(row=locked)
    row = PersonErasure.objects.create(
        id=erasure_id or new_id(),
        person=locked,
        cause=cause,
        counts=counts,
        erased_at=now,
        erased_by_id=actor.holder_id if actor else None,
    )
    if erasure_id is None:
        transaction.on_commit(lambda: _list(row))
    # Their names stood there in plain, unlike those of families and helpers.
    transaction.on_commit(leave_no_pages)
    return row


def replay_person_erasures() -> list[bool]:
    """Erase again whom a restored backup brought back; says of each on the list whether there was something to do."""
    return [_is_replayed(said) for said in noted_erasures("person")]


def _locked(person: Person) -> Person:
    """Lock a person and all who administer in their place: of two who erase each other, one is too late."""
    above = Q(organisation_id__in=organisation_ids_above(person.organisation), is_active=True)
    list(Person.objects.select_for_update().filter(above | Q(id=person.id)).order_by("id").values_list("id"))
    return Person.objects.select_related("organisation").get(id=person.id)


def _impersonal(person: Person) -> dict[str, CanonicalValue]:
    """Say what the history may keep of an erasure: roles and that the account is locked, never a name."""
    return {name: value for name, value in facts_of(person).items() if name not in person.personal_fields()}


def _require_another_administrator(person: Person) -> None:
    if not person.is_active or not person.has_role(Role.ADMINISTRATOR):
        return
    above = Person.objects.filter(organisation_id__in=organisation_ids_above(person.organisation), is_active=True)
    if not any(one.has_role(Role.ADMINISTRATOR) for one in above.exclude(id=person.id)):
        raise LastAdministrator


def _is_replayed(said: Mapping[str, str]) -> bool:
    erasure_id = uuid.UUID(said["erasure"])
    found = Person.objects.select_related("organisation").filter(id=uuid.UUID(said["person"])).first()
    if found is None or PersonErasure.objects.filter(id=erasure_id).exists():
        return False
    now = dt.datetime.fromisoformat(said["at"])
    erase_signed_in(actor=None, person=found, cause=said["cause"], now=now, erasure_id=erasure_id)
    return True


def _list(row: PersonErasure) -> None:
    note_erasure(
        {"erasure": str(row.id), "person": str(row.person_id), "cause": row.cause, "at": row.erased_at.isoformat()}
    )
