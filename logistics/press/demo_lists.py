"""The demonstration's winter coats: who applied, who stands on a public notice, and one list that was approved."""

import datetime as dt
import uuid
from collections.abc import Sequence

from logistics.households.models import Household
from logistics.lists.applications import accept_application, file_application, refuse_application
from logistics.lists.approving import approve_list
from logistics.lists.drafts import draft_list
from logistics.lists.models import Application, PublicNotice, Source
from logistics.lists.notices import publish_notice
from logistics.lists.objections import answer_objection, raise_objection
from logistics.lists.offers import offers_at_hand
from logistics.needs.models import Need
from logistics.parties.actors import Actor
from logistics.parties.models import Programme
from logistics.press.demo_coats import give_coats
from logistics.press.demo_people import Rooms


def fill_lists(rooms: Rooms) -> None:
    """A notice that ended and became a list, one that runs, an objection to each, and applications to review."""
    programme = give_coats(rooms)
    old, current, new = rooms.families[8:12], rooms.families[4:8], rooms.families[:4]
    _accepted(rooms, programme, old, days=14)
    over = _notice(rooms, programme, days=12)
    told = raise_objection(notice=over[0], number=over[1], text="他家去年领过", now=rooms.days_ago(11))
    answer_objection(
        actor=rooms.officer, objection=told, is_upheld=False, text="去年领的是另一个项目", now=rooms.days_ago(10)
    )
    at_hand = offers_at_hand(rooms.county, programme, on=rooms.now.date())
    draft = draft_list(
        actor=rooms.officer, notice=over[0], offers=[one.to_json() for one in at_hand], now=rooms.days_ago(6)
    )
    approve_list(actor=rooms.approver, draft=draft, now=rooms.days_ago(5))
    _accepted(rooms, programme, current, days=4)
    running = _notice(rooms, programme, days=2)
    raise_objection(notice=running[0], number=running[1], text="听说他家在城里有房", now=rooms.days_ago(1))
    refused = [_filed(rooms, programme, family, days=3) for family in new][-1]
    refuse_application(
        actor=_reviewer(rooms),
        application=refused,
        reason="helped_elsewhere",
        text="入户核实，学校已送去棉衣",
        now=rooms.days_ago(1),
    )


def _reviewer(rooms: Rooms) -> Actor:
    """Who reviews answers no objection: a second officer, who signs in nowhere."""
    return Actor(rooms.county, uuid.uuid5(uuid.NAMESPACE_URL, "nuanliu:demo:reviewer"), key_name="示例审核设备")


def _filed(rooms: Rooms, programme: Programme, family: Household, days: int) -> Application:
    need = Need.objects.filter(household=family, state="OPEN").first()
    return file_application(
        actor=rooms.liaison,
        programme=programme,
        household=family,
        source=Source.LIAISON,
        text="孩子没有过冬的棉衣",
        urgency=1,
        need=need,
        now=rooms.days_ago(days),
    )


def _accepted(rooms: Rooms, programme: Programme, families: Sequence[Household], days: int) -> None:
    for family in families:
        row = _filed(rooms, programme, family, days)
        accept_application(
            actor=_reviewer(rooms),
            application=row,
            text="入户核实过，情况属实",
            now=rooms.days_ago(days) + dt.timedelta(hours=20),
        )


def _notice(rooms: Rooms, programme: Programme, days: int) -> tuple[PublicNotice, str]:
    row = publish_notice(actor=rooms.officer, organisation=rooms.county, programme=programme, now=rooms.days_ago(days))
    return row, row.entries.order_by("township", "reference")[0].reference
