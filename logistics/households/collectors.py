"""Authorise collectors, withdraw them, and tell whether a scan's collector is one."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from logistics.codes.actions import issue_codes, revoke_code
from logistics.codes.models import CodeState
from logistics.codes.reads import read_text
from logistics.households.actions import NameMissing
from logistics.households.collector_models import Collector
from logistics.households.models import Household
from logistics.households.persons import families_as_one, household_ids_as_one
from logistics.households.standing import PersonErased
from logistics.kernel.refusals import Conflicting, Missing, Refusal
from logistics.parties.actors import Actor
from logistics.storage.rows import new_id
from logistics.storage.secrets import blind_index
from logistics.storage.transactions import action

COLLECTORS_MAX = 5
NAME_LENGTH_MAX = 60
_PURPOSE = "collector"


class CollectorsExhausted(Conflicting):
    code = "collectors_exhausted"
    zh = "一个家庭最多授权 {most} 名代领人。"
    en = "A family authorises at most {most} collectors."


class CollectorMissing(Missing):
    code = "collector_missing"
    zh = "没有找到这名代领人。"
    en = "There is no such collector."


@action
def authorise_collector(
    *, actor: Actor, household: Household, name: str, relation: str = "", now: dt.datetime
) -> Collector:
    """Note whom a family lets collect for it, and issue a card for that person; the same name again changes nothing.

    Households that were merged are one family here. Refuses NameMissing, CollectorsExhausted, PersonErased.
    """
    who = name.strip()[:NAME_LENGTH_MAX]
    if not who:
        raise NameMissing(pointer="/name")
    as_one = household_ids_as_one([household.id])
    # In the order of their ids, as a merge locks them.
    locked = {row.id: row for row in Household.objects.select_for_update().filter(id__in=as_one).order_by("id")}
    if locked[household.id].erased_at:
        raise PersonErased
    standing = list(standing_collectors(as_one))
    known = next((row for row in standing if row.name_index == blind_index(who, _PURPOSE)), None)
    if known is not None:
        return known
    if len(standing) >= COLLECTORS_MAX:
        raise CollectorsExhausted(most=COLLECTORS_MAX)
    row_id = new_id()
    (card,) = issue_codes(kind="COLLECTOR_CARD", subjects=[row_id], organisation_id=household.organisation_id, now=now)
    return Collector.objects.create(
        id=row_id,
        household=household,
        name=who,
        name_index=blind_index(who, _PURPOSE),
        relation=relation.strip()[:24],
        card_code=card,
        authorised_at=now,
        authorised_by_id=actor.holder_id,
    )


@action
def withdraw_collector(*, actor: Actor, household: Household, collector_id: uuid.UUID, now: dt.datetime) -> Collector:
    """Take an authorisation back; the card counts no more. Refuses CollectorMissing."""
    rows = standing_collectors(household_ids_as_one([household.id])).select_for_update(of=("self",))
    row = rows.filter(id=collector_id).first()
    if row is None:
        raise CollectorMissing
    Collector.objects.filter(id=row.id).update(withdrawn_at=now)
    if row.card_code.state == CodeState.ACTIVE:
        revoke_code(code=row.card_code, reason="withdrawn", now=now, revoked_by_id=actor.holder_id)
    row.refresh_from_db()
    return row


def standing_collectors(household_ids: Collection[uuid.UUID]) -> "QuerySet[Collector]":
    """Return whom these households themselves let collect now, in the order in which they were authorised."""
    rows = Collector.objects.filter(household_id__in=household_ids, withdrawn_at__isnull=True)
    return rows.select_related("card_code").order_by("authorised_at", "id")


def collectors_of(household_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Collector]]:
    """Say who may collect for each of these families now: also whom a household that is one with it authorised."""
    as_one = families_as_one(household_ids)
    by_household: dict[uuid.UUID, list[Collector]] = defaultdict(list)
    for row in standing_collectors(set().union(*as_one.values())):
        by_household[row.household_id].append(row)
    return {
        key: sorted((row for one in family for row in by_household[one]), key=lambda row: (row.authorised_at, row.id))
        for key, family in as_one.items()
    }


def is_authorised(text: str, collectors: Iterable[Collector]) -> bool:
    """Tell whether what a scan says of its collector, a card's code or a name, is one of these."""
    try:
        card = read_text(text)
    except Refusal:
        card = ""
    index = blind_index(text, _PURPOSE)
    return any(
        row.name_index == index or (row.card_code.text == card and row.card_code.state == CodeState.ACTIVE)
        for row in collectors
    )
