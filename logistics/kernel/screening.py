"""Find in a text what would give a child away, for a person who then looks: it marks and never decides.

A mark that is one too many costs a glance, one too few a child's privacy: where it is doubtful, it is marked. Digits
count in full width, as Chinese numerals and with spaces between; names with 小 or 阿 before them, spaced, in pinyin and
in signs that sound alike.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from logistics.kernel.likeness import sound_of
from logistics.kernel.spelled_names import sounding_in, spelled_in

TEXT_LENGTH_MAX = 2_000
NAMES_MAX = 60
# As many digits and more are an identity number or one that was written down wrongly; fewer a telephone number.
IDENTITY_DIGITS_MIN, TELEPHONE_DIGITS_MIN = 15, 7


class MarkKind(StrEnum):
    """What was found."""

    IDENTITY_NUMBER = "IDENTITY_NUMBER"
    BIRTH_DATE = "BIRTH_DATE"
    TELEPHONE = "TELEPHONE"
    NAME = "NAME"
    SCHOOL = "SCHOOL"
    ADDRESS = "ADDRESS"
    ACCOUNT = "ACCOUNT"


# What stands in the place of each, in Chinese and in English.
REPLACEMENTS: dict[MarkKind, tuple[str, str]] = {
    MarkKind.IDENTITY_NUMBER: ("【证件号】", "[number]"),
    MarkKind.TELEPHONE: ("【电话】", "[telephone]"),
    MarkKind.NAME: ("【名字】", "[name]"),
    MarkKind.SCHOOL: ("【学校】", "[school]"),
    MarkKind.ADDRESS: ("【地址】", "[address]"),
    MarkKind.ACCOUNT: ("【账号】", "[account]"),
    MarkKind.BIRTH_DATE: ("【生日】", "[birth date]"),
}


@dataclass(frozen=True)
class Mark:
    """Characters `[start, stop)` of a text that would give somebody away, and what to write instead."""

    start: int
    stop: int
    kind: MarkKind
    replacement: str


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_DIGIT = "[0-9〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_GAP = r"[\s\-—_.·,()]{0,2}"
# In words, numerals are no digits: three or more together are.
_DIGITS = re.compile(f"(?:{_DIGIT}{_GAP}){{6,}}{_DIGIT}[Xx×]?")
_NUMBER = "[0-9〇零一二三四五六七八九十百两]"
_HAN = "[\u4e00-\u9fff]"
_YEAR, _PART = "(?:19|20|一九|二[〇零])[0-9〇零一二三四五六七八九]{2}", "[0-9一二三四五六七八九十]{1,3}"
_DATES = (
    re.compile(rf"{_YEAR}\s*[年./\-]\s*{_PART}\s*(?:[月./\-]\s*{_PART}\s*[日号]?|月)"),
    re.compile(rf"(?:生日|出生|生于|born|birthday)\D{{0,8}}?({_PART}\s*月\s*{_PART}\s*[日号]?)", re.IGNORECASE),
    re.compile(rf"({_PART}\s*月\s*{_PART}\s*[日号]?)\D{{0,6}}?(?:生日|出生|的生)"),
    re.compile(
        r"\b\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(?:19|20)\d{2}\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{2}\b",
        re.IGNORECASE,
    ),
)
_ACCOUNTS = (
    re.compile(
        r"(?:微\s*信|v\s*信|薇信|威信|wechat|weixin|vx|wx|qq|扣扣|抖音|快手|tiktok|douyin)\s*(?:号码?|群|id|账号|同号)?"
        r"\s*[:是为叫]?\s*([A-Za-z][-_A-Za-z0-9]{4,19}|[0-9]{5,12})",
        re.IGNORECASE,
    ),
    re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"),
)
# What a place or a school is not called: words before it that belong to the sentence.
_STARTS = "在去到是的从读于和跟住来回有让给把被叫往向。、,.!?;: \n\t"
# "This year I go to school" names none.
_GOING = ("上", "读", "念")
_VAGUE = _split(
    "我们 我 你们 他们 她们 大家 这 那 这个 那个 这所 那所 一所 所 全 本 新 老 每 农 "
    "山 乡 小 大 贫困 希望 很多 许多 家 哪 整个 "
)
_SCHOOLS = re.compile(
    f"{_HAN}{{0,14}}?(?:{_NUMBER}{{1,3}})?(?:中心小学|希望小学|完全小学|实验小学|小学|初级中学|高级中学|中学|初中|高中|"
    "职业学校|特殊教育学校|学校|幼儿园|职高|中专|大学|学院|教学点)"
)
_CLASSES = re.compile(
    rf"(?:[初高小]?{_NUMBER}(?:年级)?)?\s*[(]?\s*{_NUMBER}{{1,3}}\s*[)]?\s*班|[初高小]?{_NUMBER}年级"
    r"|\b(?:class|grade)\s+\d{1,2}\b",
    re.IGNORECASE,
)
_ENGLISH_SCHOOLS = re.compile(
    r"\b[A-Z][\w'’]*(?:\s+(?:No\.?\s*\d+|[A-Z][\w'’]*)){0,5}\s+(?:School|Kindergarten|College|University)\b"
)
_PLACES = re.compile(
    f"{_HAN}{{1,10}}?(?:省|市|自治州|县|区|镇|乡|街道|办事处|村委会|村|社区|庄|屯|寨|胡同|大道|路|街|巷|弄)"
)
_PARTS = re.compile(
    rf"{_NUMBER}{{1,5}}\s*(?:组(?!照)|号(?:院|楼)?|栋|幢|单元|室|楼|弄|门|大队|小队|队)|\b\d+\s+[A-Z]\w+\s+(?:Road|Street|Lane|Village)\b"
)
_SUFFIXES = _split("省 市 县 区 镇 乡 村 社区 庄 屯 寨 路 街 巷 弄 大道 胡同 街道 ")
_NO_PLACES = _split(
    "农村 山村 乡村 全村 山区 小区 地区 灾区 城市 一路 上路 走路 马路 大路 道路 公路 超市 "
    "门市 家乡 故乡 城镇 逛街 上街 全县 全省 全市 全镇 全乡 我县 我省 我市 我村 我镇 我乡 "
    "本村 本县 本省 同村 邻村 们村 们县 们镇 们乡 "
)
_PEOPLE = "同学|小朋友|小妹妹|小弟弟|妹妹|弟弟|老师|妈妈|爸爸|奶奶|爷爷|家的|一家"
_TWO_CHARACTER_SURNAMES = _split("欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 端木 南宫 ")
_BETWEEN = r"[\s·.\-*_]{0,3}"
_Found = tuple[int, int, MarkKind]


def marks_in(text: str, *, names: Sequence[str] = (), language: str = "zh") -> list[Mark]:
    """Mark what would give a child away; `names` are those that the vault knows of this family. In order, apart.

    Refuses a text beyond TEXT_LENGTH_MAX and more than NAMES_MAX names with ValueError.
    """
    if len(text) > TEXT_LENGTH_MAX or len(names) > NAMES_MAX:
        raise ValueError("a longer text, or more names, than are looked through")
    plain = "".join(map(_plain, text))
    found = [each for find in _FINDERS for each in find(plain)]
    found += _names(plain, names)
    column = 1 if language == "en" else 0
    return [Mark(start, stop, kind, REPLACEMENTS[kind][column]) for start, stop, kind in _apart(found)]


def _plain(sign: str) -> str:
    """Write a sign as it is looked for, one for one: in half width, ① as 1, a letter without its tone."""
    narrow = unicodedata.normalize("NFKC", sign)
    letter = unicodedata.normalize("NFD", narrow)[:1]
    return letter if letter.isascii() and letter.isalpha() else narrow if len(narrow) == 1 else sign


def with_replacements(text: str, marks: Iterable[Mark]) -> str:
    """Write what is suggested in place of each mark."""
    parts, end = [], 0
    for mark in marks:
        parts += [text[end : mark.start], mark.replacement]
        end = mark.stop
    return "".join([*parts, text[end:]])


def pieces_of_text(text: str, marks: Iterable[Mark]) -> list[tuple[str, Mark | None]]:
    """Cut a text at its marks, for whoever shows it: (words, mark or None), which join to the text."""
    pieces: list[tuple[str, Mark | None]] = []
    end = 0
    for mark in marks:
        pieces += [(text[end : mark.start], None), (text[mark.start : mark.stop], mark)]
        end = mark.stop
    return [(words, mark) for words, mark in [*pieces, (text[end:], None)] if words]


def _numbers(text: str) -> Iterator[_Found]:
    for match in _DIGITS.finditer(text):
        count = len(re.findall(_DIGIT, match[0])) + match[0].endswith(("X", "x", "×"))
        if count >= TELEPHONE_DIGITS_MIN:
            is_identity = count >= IDENTITY_DIGITS_MIN
            yield match.start(), match.end(), MarkKind.IDENTITY_NUMBER if is_identity else MarkKind.TELEPHONE


def _dates(text: str) -> Iterator[_Found]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            group = 1 if pattern.groups else 0
            yield match.start(group), match.end(group), MarkKind.BIRTH_DATE


def _accounts(text: str) -> Iterator[_Found]:
    for pattern in _ACCOUNTS:
        for match in pattern.finditer(text):
            group = 1 if pattern.groups else 0
            yield match.start(group), match.end(group), MarkKind.ACCOUNT


def _schools(text: str) -> Iterator[_Found]:
    for match in _SCHOOLS.finditer(text):
        start = _begin(match)
        own = re.sub(
            "(?:中心|希望|完全|实验|初级|高级|职业|特殊教育)?(?:小学|中学|学校)$|初中$|高中$|幼儿园$|大学$|学院$",
            "",
            match[0][start:],
        )
        if own and own not in _VAGUE and not own.endswith(_GOING):
            yield match.start() + start, match.end(), MarkKind.SCHOOL
    for pattern in (_CLASSES, _ENGLISH_SCHOOLS):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), MarkKind.SCHOOL


def _places(text: str) -> Iterator[_Found]:
    for match in _PLACES.finditer(text):
        start = _begin(match)
        if not match[0].endswith(_NO_PLACES) and match[0][start:] not in _SUFFIXES and match[0][start:-1] not in _VAGUE:
            yield match.start() + start, match.end(), MarkKind.ADDRESS
    for match in _PARTS.finditer(text):
        yield match.start(), match.end(), MarkKind.ADDRESS


def _begin(match: "re.Match[str]") -> int:
    """Say where a name begins in what was found: after the last word that belongs to the sentence before it.

    One character is left to it at least: 上 in 上海路 is no verb, and 在 alone before a word is.
    """
    words = match[0]
    return max((place + 1 for place, sign in enumerate(words[:-2]) if sign in _STARTS), default=0)


def _names(text: str, names: Iterable[str]) -> Iterator[_Found]:
    sounds = [sound_of(sign) for sign in text]
    for name in sorted({name.strip() for name in names if name.strip()}):
        places = [match.span() for pattern in _patterns_of(name) for match in pattern.finditer(text)]
        if not name.isascii():
            surname, given = _parted(name)
            places += [*spelled_in(text, surname, given), *sounding_in(sounds, surname + given)]
        for start, stop in places:
            yield start, stop, MarkKind.NAME


def _patterns_of(name: str) -> list["re.Pattern[str]"]:
    """Say in which ways a name is written: whole, the given name alone, after 小 or 阿, doubled, before a title."""
    if name.isascii():
        parts = [name, *(part for part in name.split() if len(part) > 1)]
        return [re.compile(rf"\b{_BETWEEN.join(map(re.escape, ''.join(part.split())))}\b", re.I) for part in parts]
    surname, given = _parted(name)
    wanted, last = [_spaced(surname + given), f"{re.escape(surname)}(?:{_PEOPLE})"], (surname + given)[-1]
    if given:
        wanted += [f"[小阿老]{_BETWEEN}{_spaced(given)}", f"[小阿]{_BETWEEN}{re.escape(last)}", re.escape(last) * 2]
    if len(given) > 1:
        wanted.append(_spaced(given))
    return [re.compile(each) for each in wanted]


def _parted(name: str) -> tuple[str, str]:
    """Part a Chinese name into surname and given name."""
    signs = "".join(sign for sign in name if not sign.isspace() and sign not in "·•.")
    length = 2 if signs[:2] in _TWO_CHARACTER_SURNAMES and len(signs) > 2 else 1
    return signs[:length], signs[length:]


def _spaced(signs: str) -> str:
    return _BETWEEN.join(map(re.escape, signs))


# What tells more of a person comes first where two stand on the same characters.
_ORDER = list(MarkKind)


def _apart(found: Iterable[_Found]) -> Iterator[_Found]:
    """Join what overlaps, and what touches and is of one kind, into one mark of the kind that tells most."""
    open_: _Found | None = None
    for start, stop, kind in sorted(found, key=lambda each: (each[0], -each[1])):
        touches = open_ is not None and start == open_[1] and kind == open_[2]
        if open_ is None or (start >= open_[1] and not touches):
            if open_ is not None:
                yield open_
            open_ = start, stop, kind
        else:
            known = min(open_[2], kind, key=_ORDER.index)
            open_ = open_[0], max(open_[1], stop), known
    if open_ is not None:
        yield open_


_FINDERS: tuple[Callable[[str], Iterator[_Found]], ...] = (_numbers, _dates, _accounts, _schools, _places)
