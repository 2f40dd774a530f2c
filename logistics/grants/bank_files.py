"""Write a payment batch as the bank wants it: by a layout that is data, the same bytes every time."""

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import xlsxwriter

from logistics.funds.bank_layouts import PAYMENTS, XLSX, BankLayout, get_bank_layout
from logistics.grants.batch_models import PaymentBatch
from logistics.grants.models import Grant
from logistics.kernel.money import CURRENCIES
from logistics.kernel.refusals import Conflicting, Unacceptable

# What a spreadsheet would take for a formula where a text begins with it.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t")
_MEDIA = {
    "XLSX": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "TEXT": ("txt", "text/plain"),
}


class PayeeUnwritable(Unacceptable):
    code = "payee_unwritable"
    zh = "户名、开户行或用途中有银行文件不能使用的字符：{grant}。"
    en = "A payee's name, bank or purpose holds a character that the bank's file cannot have: {grant}."


class BankFileChanged(Conflicting):
    code = "bank_file_changed"
    zh = "银行文件格式已改，无法再写出当时送银行的文件。"
    en = "The bank's layout has changed: the file that was sent cannot be written again."


@dataclass(frozen=True)
class BankFile:
    """A file for the bank."""

    name: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash that shows which file was sent."""
        return hashlib.sha256(self.data).hexdigest()


def bank_file_of(batch: PaymentBatch) -> BankFile:
    """Write the file of a batch, payments in the order of their ids.

    Refuses PayeeUnwritable, LayoutMissing, and BankFileChanged where it is not the one that was sent.
    """
    layout = get_bank_layout(code=batch.layout, kind=PAYMENTS)
    rows = [_row(layout, grant, number) for number, grant in enumerate(batch.grants.order_by("id"), 1)]
    lines = [[column.heading for column in layout.columns], *rows] if layout.has_heading else rows
    ending, media_type = _MEDIA[layout.format]
    data = _workbook(lines, batch) if layout.format == XLSX else _text(layout, lines)
    file = BankFile(f"payments-{batch.id.hex[-12:]}.{ending}", media_type, data)
    if batch.file_sha256 not in ("", file.sha256):
        raise BankFileChanged
    return file


def _row(layout: BankLayout, grant: Grant, number: int) -> list[str]:
    said: Mapping[str, str] = {
        "number": str(number),
        "name": grant.payee,
        "account": grant.payee_account,
        "bank": grant.payee_bank,
        "amount_major": _major(grant.amount_minor, grant.currency),
        "amount_minor": str(grant.amount_minor),
        "note": grant.purpose,
        # What the bank sends back with a returned payment.
        "reference": grant.id.hex[-12:],
    }
    row = [said[column.field] for column in layout.columns]
    if any(_is_unwritable(layout, cell) for cell in row):
        raise PayeeUnwritable(grant=str(grant.id), pointer="/grants")
    return row


def _is_unwritable(layout: BankLayout, cell: str) -> bool:
    if cell.startswith(FORMULA_SIGNS) or any(sign in cell for sign in "\r\n\0"):
        return True
    if layout.format == XLSX:
        return False
    try:
        cell.encode(layout.encoding)
    except UnicodeEncodeError:
        return True
    # Banks' programs know no quoting.
    return layout.separator in cell or '"' in cell


def _major(amount_minor: int, currency: str) -> str:
    digits = CURRENCIES[currency]
    whole, rest = divmod(amount_minor, 10**digits)
    return f"{whole}.{rest:0{digits}}" if digits else str(whole)


def _text(layout: BankLayout, lines: list[list[str]]) -> bytes:
    return "".join(_joined(layout, lines)).encode(layout.encoding)


def _joined(layout: BankLayout, lines: list[list[str]]) -> Iterator[str]:
    for line in lines:
        yield layout.separator.join(line) + layout.line_end


def _workbook(lines: list[list[str]], batch: PaymentBatch) -> bytes:
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output, {"in_memory": True})
    # The moment of the plan, so that the same batch gives the same bytes.
    workbook.set_properties({"created": batch.planned_at.replace(tzinfo=None)})
    sheet = workbook.add_worksheet()
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            # Texts all: an account of nineteen digits is no number.
            sheet.write_string(number, place, cell)
    workbook.close()
    return output.getvalue()
