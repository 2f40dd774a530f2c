"""One row of a file as a gift: what it says, read strictly, and each fault named with its column."""

import datetime as dt
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django.utils import timezone

from logistics.donations.models import Channel
from logistics.kernel.money import AMOUNT_MINOR_MAX, CURRENCIES
from logistics.kernel.refusals import Unacceptable
from logistics.parties.models import DonorKind
from logistics.press.imports.tables import Line
from logistics.press.models import problem_of

T = TypeVar("T")
NAME_LENGTH_MAX, REFERENCE_LENGTH_MAX, NOTE_LENGTH_MAX = 120, 120, 500
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?")
_BODIES: tuple[str, ...] = (
    "公司",
    "集团",
    "基金会",
    "协会",
    "学会",
    "商会",
    "学校",
    "大学",
    "学院",
    "中学",
    "小学",
    "银行",
    "医院",
    "中心",
)
_BODIES += ("委员会", "联合会", "合作社", "工作室", "事务所", "厂", "局", "部队", "有限", "Ltd", "Inc", "Foundation")
_KINDS = {"个人": DonorKind.PERSON, "单位": DonorKind.ORGANISATION, "企业": DonorKind.ORGANISATION}
_KINDS |= {"机构": DonorKind.ORGANISATION, "组织": DonorKind.ORGANISATION}
_CHANNELS = {"银行": "BANK", "转账": "BANK", "网银": "BANK", "汇款": "BANK", "微信": "WECHAT", "支付宝": "ALIPAY"}
_CHANNELS |= {"现金": "CASH", "邮": "POST"}
_CURRENCIES = {"人民币": "CNY", "rmb": "CNY", "元": "CNY", "港币": "HKD", "港元": "HKD", "美元": "USD", "欧元": "EUR"}
_YES, _NO = frozenset({"是", "yes", "true", "1", "匿名", "y"}), frozenset({"", "否", "no", "false", "0", "n"})


class AmountUnreadable(Unacceptable):
    code = "row_amount_unreadable"
    zh = "金额应为大于零、至多两位小数的数字。"
    en = "The amount is a number above zero with at most two decimals."


class DayUnreadable(Unacceptable):
    code = "row_day_unreadable"
    zh = "日期应写成 2026-01-12 或 2026年1月12日。"
    en = "The date is written as 2026-01-12."


class DayAhead(Unacceptable):
    code = "row_day_ahead"
    zh = "到账日期在将来。"
    en = "The date lies in the future."


class RowDonorMissing(Unacceptable):
    code = "row_donor_missing"
    zh = "没有写捐赠人；不愿具名的请写“匿名”。"
    en = "The donor is missing; write “anonymous” for who does not want to be named."


class RowTextUnreadable(Unacceptable):
    code = "row_text_unreadable"
    zh = "内容太长，或有控制字符。"
    en = "The text is too long or holds control characters."


class RowValueUnknown(Unacceptable):
    """It names the row and column alone: what stands there may be a person's name in a column that slipped."""

    code = "row_value_unknown"
    zh = "不认识这一格的内容，请按模板填写。"
    en = "What stands in this cell is not known; see the template."


@dataclass
class Said:
    """What a row says: `amount_minor` in minor units of `currency`; `faults` names what cannot be taken, and where."""

    number: int
    donor: str = ""
    donor_kind: str = ""
    amount_minor: int = 0
    currency: str = "CNY"
    received_at: dt.datetime | None = None
    channel: str = Channel.OTHER
    reference: str = ""
    programme: str = ""
    fund: str = ""
    pledge: str = ""
    is_anonymous: bool = False
    note: str = ""
    has_formula: bool = False
    # True for a row of a statement that says what went out.
    is_paid_out: bool = False
    faults: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Reader:
    """Reads rows under one heading; `headings` gives for each field the words of its column."""

    columns: Mapping[str, int]
    headings: Mapping[str, str]
    is_statement: bool
    now: dt.datetime

    def read(self, line: Line) -> Said:
        """Read one row. What cannot be read is a fault of the row, never an end of the file."""
        said = Said(line.number, has_formula=line.has_formula)
        if self.is_statement and not self._cell(line, "amount") and self._cell(line, "paid_out"):
            said.is_paid_out = True
        currency = self._cell(line, "currency")
        said.currency = self._tried(said, "currency", lambda: _currency(currency)) or said.currency
        amount = self._cell(line, "amount")
        if not said.is_paid_out:
            said.amount_minor = self._tried(said, "amount", lambda: _amount(amount, said.currency)) or 0
        received = self._cell(line, "received")
        said.received_at = self._tried(said, "received", lambda: _moment(received, self.now))
        said.donor, said.is_anonymous = self._donor(said, line)
        kind = self._cell(line, "donor_kind")
        said.donor_kind = self._tried(said, "donor_kind", lambda: _kind(kind, said.donor)) or ""
        channel = self._cell(line, "channel")
        said.channel = "BANK" if self.is_statement and not channel else _channel(channel)
        for name, most in (("reference", REFERENCE_LENGTH_MAX), ("programme", 40), ("fund", 40), ("pledge", 120)):
            setattr(said, name, self._text(said, line, name, most))
        said.note = self._text(said, line, "note", NOTE_LENGTH_MAX)
        return said

    def _cell(self, line: Line, name: str) -> str:
        column = self.columns.get(name)
        return "" if column is None or column >= len(line.cells) else line.cells[column]

    def _donor(self, said: Said, line: Line) -> tuple[str, bool]:
        name = self._text(said, line, "donor", NAME_LENGTH_MAX)
        told = self._cell(line, "anonymous").strip().casefold()
        is_anonymous = bool(self._tried(said, "anonymous", lambda: truth_of(told)))
        if name in ("匿名", "匿名捐赠", "爱心人士") or name.casefold() == "anonymous":
            is_anonymous = True
        if not name and not said.is_paid_out:
            self._tried(said, "donor", _no_donor)
        return name, is_anonymous

    def _text(self, said: Said, line: Line, name: str, most: int) -> str:
        text = self._cell(line, name)
        return self._tried(said, name, lambda: sound_text(text, most)) or ""

    def _tried(self, said: Said, name: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Unacceptable as refusal:
            if not said.is_paid_out:
                said.faults.append({"column": self.headings.get(name, name), **problem_of(refusal)})
            return None


def with_references(rows: Sequence[Said]) -> None:
    """Give each row without a number of its own one that follows from what it says: the same row of the same file, or
    of a longer one, is known again; the second of two equal rows is another gift.
    """
    seen: Counter[str] = Counter()
    for said in rows:
        if said.reference or said.received_at is None:
            continue
        text = "\x1f".join(
            [said.donor, str(said.amount_minor), said.currency, said.received_at.isoformat(), said.note, said.fund]
        )
        digest = hashlib.sha256(text.encode()).hexdigest()[:32]
        seen[digest] += 1
        said.reference = f"row:{digest}:{seen[digest]}"


def _amount(text: str, currency: str) -> int:
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "").replace(" ", "")
    plain = plain.lstrip("¥￥$+").removesuffix("元")
    try:
        amount = Decimal(plain).scaleb(CURRENCIES[currency])
    except (InvalidOperation, ValueError):
        raise AmountUnreadable from None
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 < amount <= AMOUNT_MINOR_MAX:
        raise AmountUnreadable
    return int(amount)


def _moment(text: str, now: dt.datetime) -> dt.datetime:
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise DayUnreadable
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        moment = dt.datetime(year, month, day, hour, minute, second, tzinfo=timezone.get_default_timezone())
    except ValueError:
        raise DayUnreadable from None
    if moment > now:
        raise DayAhead
    return moment


def _currency(text: str) -> str:
    if not text:
        return "CNY"
    code = _CURRENCIES.get(text.casefold(), text.upper())
    if code not in CURRENCIES:
        raise RowValueUnknown
    return code


def _kind(text: str, donor: str) -> str:
    if text:
        kind = _KINDS.get(text, text.upper())
        if kind not in DonorKind.values:
            raise RowValueUnknown
        return str(kind)
    return DonorKind.ORGANISATION if any(word in donor for word in _BODIES) else DonorKind.PERSON


def _channel(text: str) -> str:
    if text.upper() in Channel.values:
        return text.upper()
    return next((code for word, code in _CHANNELS.items() if word in text), Channel.OTHER)


def truth_of(text: str) -> bool:
    """Read yes or no in either language; empty is no. Refuses RowValueUnknown."""
    if text not in _YES | _NO:
        raise RowValueUnknown
    return text in _YES


def _no_donor() -> None:
    raise RowDonorMissing


def sound_text(text: str, most: int) -> str:
    """Return a text of bounded length without control characters. Refuses RowTextUnreadable."""
    if len(text) > most or any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn"} for sign in text):
        raise RowTextUnreadable
    return text
