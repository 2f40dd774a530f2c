"""What every paper shares: its refusals, its head, and what may be printed at all."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from labels.fonts import drawable
from logistics.kernel.refusals import Unacceptable

# Control, direction, private and unassigned characters: what they do to a line nobody can foresee.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


class PaperSignMissing(Unacceptable):
    code = "paper_sign_missing"
    zh = "{row}：字体没有字符 {sign}，整份文件未生成。"
    en = "{row}: the font does not have {sign}; nothing was made."


class PaperTextUnprintable(Unacceptable):
    code = "paper_text_unprintable"
    zh = "{row}：有不能打印的字符 {sign}，整份文件未生成。"
    en = "{row}: {sign} cannot be printed; nothing was made."


class PaperDoesNotFit(Unacceptable):
    code = "paper_does_not_fit"
    zh = "{row}：内容放不下，整份文件未生成。请缩短后重试。"
    en = "{row}: its text does not fit; nothing was made. Shorten it and try again."


@dataclass(frozen=True)
class Both:
    """A text in Chinese and, where there is one, in English."""

    zh: str
    en: str = ""


@dataclass(frozen=True)
class QrCode:
    """A printed code: twenty characters for people, and what the square says."""

    text: str
    uri: str


def require_printable(texts: Iterable[str], row: str) -> None:
    """Refuse PaperSignMissing or PaperTextUnprintable for a text that the font cannot draw as it is written."""
    for sign in "".join(texts):
        name = f"U+{ord(sign):04X}"
        if unicodedata.category(sign) in _UNPRINTABLE or unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT:
            raise PaperTextUnprintable(row=row, sign=name)
        if ord(sign) not in drawable():
            raise PaperSignMissing(row=row, sign=f"{sign} ({name})")


def spelled(text: str) -> str:
    """Write each sign that cannot be printed by its number: for papers that must be made whatever a name says."""
    return "".join(sign if _is_printable(sign) else f"[U+{ord(sign):04X}]" for sign in text)


def _is_printable(sign: str) -> bool:
    is_plain = unicodedata.category(sign) not in _UNPRINTABLE and unicodedata.bidirectional(sign) not in _RIGHT_TO_LEFT
    return is_plain and ord(sign) in drawable()
