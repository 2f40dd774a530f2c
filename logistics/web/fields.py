"""Fields of forms: money as people write it, codes of master data, and the token that makes a form count once."""

import datetime as dt
import decimal
import uuid
from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logistics.kernel.money import AMOUNT_MINOR_MAX
from logistics.storage.rows import new_id
from logistics.web.templatetags.nuanliu import named

FEN_PER_YUAN = 100
UM_PER_MM = 1_000


class YuanField(forms.Field):
    """An amount in yuan with at most two decimals; gives whole fen."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        """Read an amount. Refuses what is no amount, more than two decimals, zero and less."""
        text = str(value or "").strip().replace(",", "").replace("，", "").removeprefix("¥")
        if not text:
            return None
        try:
            fen = decimal.Decimal(text) * FEN_PER_YUAN
            is_whole = fen == fen.to_integral_value()
        except (decimal.InvalidOperation, decimal.Overflow):
            raise forms.ValidationError(_("Write an amount such as 1234.56.")) from None
        if not is_whole:
            raise forms.ValidationError(_("Write at most two decimals."))
        if not 0 < fen <= AMOUNT_MINOR_MAX:
            raise forms.ValidationError(_("Write an amount above zero."))
        return int(fen)


class MillimetreField(forms.DecimalField):
    """A length in millimetres with at most two decimals; gives whole micrometres."""

    def __init__(self, **options: Any) -> None:
        super().__init__(decimal_places=2, max_digits=5, **options)

    def clean(self, value: Any) -> Any:
        """Read the length."""
        length = super().clean(value)
        return None if length is None else int(length * UM_PER_MM)


class DayField(forms.DateField):
    """A day, today unless said otherwise; gives noon of that day, so that sent twice it says the same."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(initial=timezone.localdate, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        """Read the day. Refuses one that has not come yet."""
        day: dt.date = super().clean(value)
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


class NamedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # -- any row of master data
    """A choice of master data, each by its name in the page's language and its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=None, to_field_name="code", **options)

    def label_from_instance(self, obj: Model) -> str:
        """Say the name and the code."""
        return f"{named(obj)} ({vars(obj)['code']})"


class PrinterChoice(NamedChoice):
    """A choice of printers, each by its name and its code."""

    def label_from_instance(self, obj: Model) -> str:
        """Say the name and the code."""
        return f"{vars(obj)['name']} ({vars(obj)['code']})"


class OnceField(forms.UUIDField):
    """A hidden token made with the form: sent twice, it counts once."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, initial=new_id)

    def clean(self, value: Any) -> uuid.UUID:
        """Read the token. Refuses what is none."""
        token: uuid.UUID = super().clean(value)
        return token
