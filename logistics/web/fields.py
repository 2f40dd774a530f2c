"""Fields of forms: money as people write it, codes of master data, and the token that makes a form count once."""

import datetime as dt
import decimal
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logistics.kernel.money import AMOUNT_MINOR_MAX
from logistics.storage.rows import new_id
from logistics.web.templatetags.nuanliu import named

FEN_PER_YUAN = 100
UM_PER_MM = 1_000


if TYPE_CHECKING:
    _OneOfRows = forms.ModelChoiceField[Model]
    _SomeOfRows = forms.ModelMultipleChoiceField[Model]
else:
    # Django's own take no type where the program runs.
    _OneOfRows, _SomeOfRows = forms.ModelChoiceField, forms.ModelMultipleChoiceField


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


class RowChoice(_OneOfRows):
    """A choice of rows. The form says with `offer` which ones."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=None, **options)


class NamedChoice(RowChoice):
    """A choice of master data, each by its name in the page's language and its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(to_field_name="code", **options)

    def label_from_instance(self, obj: Model) -> str:
        """Say the name and the code."""
        return f"{named(obj)} ({vars(obj)['code']})"


class RowsChoice(_SomeOfRows):
    """A choice of several rows. The form says with `offer` which ones."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=None, widget=forms.CheckboxSelectMultiple, **options)


def offer(form: forms.BaseForm, **choices: "QuerySet[Any] | Sequence[tuple[str, Any]]") -> None:
    """Say what the choices of a form are, by the name of the field: rows, or values with their words."""
    for name, offered in choices.items():
        field = form.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            assert isinstance(offered, QuerySet), f"{name} chooses among rows"
            field.queryset = offered
        else:
            assert isinstance(field, forms.ChoiceField), f"{name} is no choice"
            assert not isinstance(offered, QuerySet), f"{name} chooses among words"
            field.choices = list(offered)


def preselect(form: forms.BaseForm, name: str, value: str) -> None:
    """Choose beforehand, and leave no empty choice: nobody has to make the only one, or the one that is meant."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField), f"{name} chooses among rows"
    field.initial, field.empty_label = value, None


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
