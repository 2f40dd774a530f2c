"""Fields that check and document their bounds in one place. Nothing is coerced: "1" is no number, 1 is no text."""

import datetime as dt
import re
import unicodedata
import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from logistics.kernel.money import AMOUNT_MINOR_MAX, CURRENCIES
from logistics.stock.actions import QUANTITY_MAX

CODE_PATTERN = r"^[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff._-]*$"
CODE_LENGTH_MAX = 40
TEXT_LENGTH_MAX = 200
# What is bought and given in kind is valued in one currency.
LINE_CURRENCY = "CNY"
# RFC 3339, with an offset: a time without one says nothing to somebody elsewhere.
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# The zero-width joiners are needed to write some names.
_ALLOWED = frozenset("\u200c\u200d")


class TextField(serializers.CharField):
    """Trimmed text of bounded length without control or direction characters."""

    default_error_messages = {
        "not_text": "This must be a text.",
        "forbidden": "Control and direction characters are refused.",
    }

    def __init__(self, *, length: int = TEXT_LENGTH_MAX, **more: Any) -> None:
        more.setdefault("min_length", 0 if more.get("allow_blank") else 1)
        super().__init__(max_length=length, **more)

    def to_internal_value(self, data: Any) -> str:
        """Return the trimmed text."""
        if not isinstance(data, str):
            self.fail("not_text")
        if any(unicodedata.category(sign) in _FORBIDDEN and sign not in _ALLOWED for sign in data):
            self.fail("forbidden")
        return str(super().to_internal_value(data))


class CodeField(TextField):
    """A code that people type: letters, digits, Chinese characters, dot, hyphen, underscore."""

    default_error_messages = {"pattern": "A code is made of letters, digits, dots, hyphens and underscores."}

    def __init__(self, **more: Any) -> None:
        super().__init__(length=CODE_LENGTH_MAX, **more)

    def to_internal_value(self, data: Any) -> str:
        """Return the code."""
        code = super().to_internal_value(data)
        if not re.fullmatch(CODE_PATTERN, code):
            self.fail("pattern")
        return code


class WholeField(serializers.IntegerField):
    """An integer within bounds; a float, a text or a truth value is refused."""

    default_error_messages = {"not_whole": "This must be an integer."}

    def __init__(self, *, least: int = 0, most: int = QUANTITY_MAX, **more: Any) -> None:
        super().__init__(min_value=least, max_value=most, **more)

    def to_internal_value(self, data: Any) -> int:
        """Return the integer."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("not_whole")
        return data


class TruthField(serializers.BooleanField):
    """true or false, and nothing that looks like it."""

    default_error_messages = {"not_truth": "This must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        """Return the truth value."""
        if not isinstance(data, bool):
            self.fail("not_truth")
        return data


class ChoiceTextField(serializers.ChoiceField):
    """One of a fixed list of texts."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the chosen text."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=str(data)[:40])
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentField(serializers.Field):
    """A time of RFC 3339 with an offset."""

    default_error_messages = {
        "not_moment": "This must be an RFC 3339 time with an offset, like 2026-01-12T10:00:00+08:00."
    }

    def to_internal_value(self, data: Any) -> dt.datetime:
        """Return the aware time."""
        if not isinstance(data, str) or not _TIME.fullmatch(data):
            self.fail("not_moment")
        try:
            return dt.datetime.fromisoformat(data.upper()).astimezone(dt.timezone(_offset(data)))
        except (ValueError, OverflowError):
            self.fail("not_moment")

    def to_representation(self, value: dt.datetime) -> str:
        """Write the time in UTC."""
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


@extend_schema_field(OpenApiTypes.DATE)
class DayField(serializers.Field):
    """A date, YYYY-MM-DD."""

    default_error_messages = {"not_day": "This must be a date, YYYY-MM-DD."}

    def to_internal_value(self, data: Any) -> dt.date:
        """Return the date."""
        try:
            if isinstance(data, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", data):
                return dt.date.fromisoformat(data)
        except ValueError:
            pass
        self.fail("not_day")

    def to_representation(self, value: dt.date) -> str:
        """Write the date."""
        return value.isoformat()


@extend_schema_field(OpenApiTypes.UUID)
class IdField(serializers.Field):
    """An opaque id."""

    default_error_messages = {"not_id": "This must be an id (UUID)."}

    def to_internal_value(self, data: Any) -> uuid.UUID:
        """Return the id."""
        try:
            if isinstance(data, str) and len(data) == 36:
                return uuid.UUID(data)
        except ValueError:
            pass
        self.fail("not_id")

    def to_representation(self, value: uuid.UUID) -> str:
        """Write the id."""
        return str(value)


class StrictSerializer(serializers.Serializer):
    """An object whose unknown fields are refused."""

    def to_internal_value(self, data: Any) -> Any:
        """Check every field, and that there is no other."""
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {
                        str(name): [serializers.ErrorDetail("This field is not known.", code="unknown")]
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


class MoneyField(StrictSerializer):
    """An amount in minor units and its currency."""

    amount = WholeField(least=1, most=AMOUNT_MINOR_MAX, help_text="Minor units: 20000 is 200.00 CNY.")
    currency = ChoiceTextField(choices=sorted(CURRENCIES))


_MINOR = {"type": "integer", "minimum": 1, "maximum": AMOUNT_MINOR_MAX}


@extend_schema_field(
    {
        "oneOf": [
            _MINOR,
            {
                "type": "object",
                "properties": {"amount": _MINOR, "currency": {"type": "string", "enum": [LINE_CURRENCY]}},
                "required": ["amount", "currency"],
                "additionalProperties": False,
            },
        ]
    }
)
class LineTotalField(serializers.Field):
    """The value of a line: minor units of CNY alone, or an amount with its currency. Gives minor units."""

    def to_internal_value(self, data: Any) -> int:
        """Return minor units."""
        if not isinstance(data, dict):
            return int(WholeField(least=1, most=AMOUNT_MINOR_MAX).run_validation(data))
        money = MoneyField(data=data)
        money.is_valid(raise_exception=True)
        if money.validated_data["currency"] != LINE_CURRENCY:
            raise serializers.ValidationError(
                {"currency": [f"Lines are valued in {LINE_CURRENCY}."]}, code="invalid_choice"
            )
        return int(money.validated_data["amount"])


class NamesField(StrictSerializer):
    """A name in Chinese and in English."""

    zh = TextField(length=120)
    en = TextField(length=120, required=False, allow_blank=True, default="")


def _offset(text: str) -> dt.timedelta:
    if text[-1] in "Zz":
        return dt.timedelta()
    hours, minutes = int(text[-5:-3]), int(text[-2:])
    return (dt.timedelta(hours=hours, minutes=minutes)) * (-1 if text[-6] == "-" else 1)
