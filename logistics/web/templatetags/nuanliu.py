"""Filters that say values for people: money, codes, names, states; and pieces that several pages show."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from logistics.donations.pledge_models import Pledge
from logistics.donations.pledge_reads import state_of_pledge
from logistics.journal.sealing import is_sealed
from logistics.kernel.codes import grouped
from logistics.kernel.money import amount_text
from logistics.web import (
    duplicate_wording,
    helping_wording,
    history_wording,
    import_wording,
    lists_wording,
    need_wording,
    wording,
)
from logistics.web.doors import language

register = template.Library()


@register.filter
def money(minor: int | None, currency: str = "CNY") -> str:
    """Write minor units as people do: 123456 is ¥1,234.56."""
    return "—" if minor is None else amount_text(minor, currency)


@register.filter
def code(text: str) -> str:
    """Group a code as it stands on paper."""
    return grouped(text)


@register.filter
def named(row: Any) -> str:
    """Say the name of a row of master data in the page's language."""
    zh, en = row.name_zh, row.name_en
    return str((en or zh) if language() == "en" else zh)


@register.filter
def contents(lines: list[Mapping[str, str | int]]) -> str:
    """Say what is in a parcel."""
    return ", ".join(f"{line[language()]} × {line['quantity']}" for line in lines)


@register.filter
def worded(value: str, kind: str) -> str | Promise:
    """Say a stored value in the words of a list of `wording`, e.g. `state|worded:"STATES"`."""
    modules = (
        wording,
        history_wording,
        import_wording,
        duplicate_wording,
        helping_wording,
        lists_wording,
        need_wording,
    )
    lists = (getattr(module, kind, None) for module in modules)
    words: Mapping[str, Promise] = next(filter(None, lists))
    return words.get(value, value)


@register.filter
def pledge_state(row: Pledge) -> str:
    """Say how a pledge of a list stands today."""
    return state_of_pledge(row, localdate())


@register.filter
def listed(value: object) -> str:
    """Say one value, or several with commas."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@register.simple_tag
def fact(field: str, value: object, names: Mapping[str, str] | None = None) -> str:
    """Say the value of a field of master data: its words, the name behind an id, a moment in the time of here."""
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {fact(str(key), part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(" × ".join(map(str, part)) if isinstance(part, list) else fact(field, part) for part in value)
    text = str(value)
    if field.endswith("_at") and (moment := parse_datetime(text)) is not None:
        return date_format(localtime(moment), "Y-m-d H:i")
    if field.endswith("_id"):
        return (names or {}).get(text, text)
    return str(history_wording.VALUES.get(field, {}).get(text, text))


@register.filter
def cell(value: str | int | None) -> str:
    """Say a cell of a ledger."""
    return "—" if value in (None, "") else str(value)


@register.filter
def in_millimetres(length_um: int) -> str:
    """Write micrometres as people measure: -1500 is -1.5."""
    return f"{length_um / 1000:.2f}".rstrip("0").rstrip(".")


@register.inclusion_tag("web/_checkpoint.html")
def checkpoint_to_keep() -> dict[str, bool]:
    """Offer the newest checkpoint, or say that there is none yet."""
    return {"is_sealed": is_sealed()}
