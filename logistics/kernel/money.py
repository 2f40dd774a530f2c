"""Money as integers of minor units, and shares that sum exactly."""

from collections.abc import Mapping
from types import MappingProxyType

AMOUNT_MINOR_MAX = 10**15

# ISO 4217 code -> how many digits its minor unit has.
CURRENCIES: Mapping[str, int] = MappingProxyType(
    {
        "CNY": 2,
        "HKD": 2,
        "MOP": 2,
        "TWD": 2,
        "USD": 2,
        "EUR": 2,
        "GBP": 2,
        "SGD": 2,
        "AUD": 2,
        "CAD": 2,
        "JPY": 0,
        "KRW": 0,
    }
)


def share_of(total: int, quantity: int, start: int, stop: int) -> int:
    """Value the units [start, stop) of `quantity` that are worth `total`: adjoining shares sum exactly."""
    return total * stop // quantity - total * start // quantity


def decimal_text(amount_minor: int, currency: str) -> str:
    """Write an amount with its decimal point: (20000, "CNY") is "200.00"."""
    digits = CURRENCIES[currency]
    sign, amount = ("-" if amount_minor < 0 else ""), abs(amount_minor)
    if not digits:
        return f"{sign}{amount}"
    return f"{sign}{amount // 10**digits}.{amount % 10**digits:0{digits}d}"


def amount_text(amount_minor: int, currency: str) -> str:
    """Write an amount for people: (123456, "CNY") is "¥1,234.56"."""
    whole, point, rest = decimal_text(abs(amount_minor), currency).partition(".")
    sign = {"CNY": "¥"}.get(currency, f"{currency} ")
    return f"{'-' if amount_minor < 0 else ''}{sign}{int(whole):,}{point}{rest}"
