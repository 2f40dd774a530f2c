"""Amounts in Chinese capitals, as bills and receipts want them.

The rules are those of 会计基础工作规范 (article 52) and 支付结算办法 (annex 1): an amount that ends with yuan or jiao
closes with 整, one with fen does not; zeros in a row are read as one 零, zeros at the end are not read; a missing jiao
before fen is read as 零.
"""

from collections.abc import Mapping
from types import MappingProxyType

from logistics.kernel.money import CURRENCIES

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_GROUP_DIGITS = 4
# What stands before the amount; the units after it are yuan, jiao and fen in each currency.
CURRENCY_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "CNY": "人民币",
        "HKD": "港币",
        "MOP": "澳门币",
        "TWD": "新台币",
        "USD": "美元",
        "EUR": "欧元",
        "GBP": "英镑",
        "SGD": "新加坡元",
        "AUD": "澳大利亚元",
        "CAD": "加拿大元",
        "JPY": "日元",
        "KRW": "韩元",
    }
)


def capitals(amount_minor: int, currency: str = "CNY") -> str:
    """Write an amount in capitals: (168032, "CNY") is 人民币壹仟陆佰捌拾元叁角贰分.

    Refuses a negative amount, and one of more than sixteen digits before the point, with ValueError.
    """
    whole, rest = divmod(amount_minor, 10 ** CURRENCIES[currency])
    if amount_minor < 0 or whole >= 10 ** (len(_GROUPS) * _GROUP_DIGITS):
        raise ValueError("capitals say what is not negative and has at most sixteen digits before the point")
    jiao, fen = divmod(rest, 10)
    return f"{CURRENCY_NAMES[currency]}{_yuan(whole, has_rest=bool(rest))}{_small(jiao, fen, has_yuan=bool(whole))}"


def _yuan(whole: int, *, has_rest: bool) -> str:
    if not whole:
        return "" if has_rest else "零元"
    said, has_gap = "", False
    digits = str(whole)
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            has_gap = True
        else:
            said += ("零" if has_gap else "") + DIGITS[int(digit)] + _PLACES[place % _GROUP_DIGITS]
            has_gap = False
        if place and place % _GROUP_DIGITS == 0:
            said += _group_name(whole, place // _GROUP_DIGITS)
    return f"{said}元"


def _group_name(whole: int, group: int) -> str:
    """Name a group of four digits where it ends; a 万亿 that 亿 follows is said as 万 alone."""
    four = 10**_GROUP_DIGITS
    own, below = whole // four**group % four, whole // four ** (group - 1) % four
    if group == len(_GROUPS) - 1:
        return "万" if below else "万亿"
    return _GROUPS[group] if own else ""


def _small(jiao: int, fen: int, *, has_yuan: bool) -> str:
    if not jiao and not fen:
        return "整"
    tenth = f"{DIGITS[jiao]}角" if jiao else ("零" if has_yuan else "")
    return tenth + (f"{DIGITS[fen]}分" if fen else "整")
