"""How alike two families are, as a score with its reasons, and which pairs are worth comparing at all.

Identity numbers, telephones and names with birth dates come as keyed hashes: they agree or not. Names of heads and
addresses come in the clear, are compared in memory, and leave no more than percents behind.
"""

import datetime as dt
import functools
import itertools
import re
import unicodedata
import uuid
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

# From here on a pair is shown to a person.
CANDIDATE_SCORE_MIN = 50
SCORE_MAX = 100
# Up to so many families with one name in one township are all compared; of more, each with so many neighbours.
NEIGHBOURS_MAX = 15
BLOCK_WHOLE_MAX = 2 * NEIGHBOURS_MAX
# A telephone that more families than this have is the shop's or the village committee's.
TELEPHONE_SHARED_MAX = 5
ADDRESS_PERCENT_MIN = 70
# What an address counts at most where a number in it differs: another house of the same lane.
OTHER_HOUSE_PERCENT_MAX = 60
_POINTS = {
    "IDENTITY_NUMBER": 100,
    "PERSON": 60,
    "TELEPHONE": 35,
    "TELEPHONE_SHARED": 10,
    "HEAD_NAME": 30,
    "HEAD_SOUND": 22,
    "HEAD_ALIKE": 12,
    "ADDRESS": 35,
    "OTHER_PERSON": -40,
}
_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_COUNTED = re.compile(r"[〇零一二两三四五六七八九十]+(?=[组号村栋幢单元室队排巷弄社楼层户区])")
_FILLING = ("第", "村民小组", "村民组", "小组", "村民")


@dataclass(frozen=True)
class PersonFacts:
    """What of a person is compared: hashes, empty where not known, and the birth date."""

    name_hash: str
    born_on: dt.date | None = None
    identity_hash: str = ""


@dataclass(frozen=True)
class FamilyFacts:
    """What of a family is compared. `area` is its county and township; `key` tells it from others."""

    key: uuid.UUID
    area: str
    head_name: str
    name_hash: str
    address: str = ""
    telephone_hash: str = ""
    people: tuple[PersonFacts, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """One part that agrees, or speaks against: how far, and what it counts."""

    part: str
    percent: int
    points: int


@dataclass(frozen=True)
class Likeness:
    """A score from 0 to 100, and every part that made it, the weightiest first."""

    score: int
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True)
class Candidate:
    """Two families that may be one."""

    first: FamilyFacts
    second: FamilyFacts
    likeness: Likeness


def candidates(families: Sequence[FamilyFacts]) -> Iterator[Candidate]:
    """Yield the pairs that may be one family, each once; no family is compared with more than a bounded number."""
    telephones = Counter(family.telephone_hash for family in families)
    for one, other in pairs_worth_comparing(families):
        first, second = families[one], families[other]
        is_shared = telephones[first.telephone_hash] > TELEPHONE_SHARED_MAX
        found = likeness(first, second, is_telephone_shared=is_shared)
        if found.score >= CANDIDATE_SCORE_MIN:
            yield Candidate(first, second, found)


def pairs_worth_comparing(families: Sequence[FamilyFacts]) -> Iterator[tuple[int, int]]:
    """Yield the places of two families that share a number, a telephone, a person, or how a head is called in an area.

    No pair that shares none of these reaches `CANDIDATE_SCORE_MIN`, save within a name that half a township has.
    """
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for place, family in enumerate(families):
        for key in _keys(family):
            blocks[key].append(place)
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        for pair in _pairs_of(block, families):
            if pair not in seen:
                seen.add(pair)
                yield pair


def likeness(first: FamilyFacts, second: FamilyFacts, *, is_telephone_shared: bool = False) -> Likeness:
    """Say how alike two families are, and why."""
    found = [*_of_persons(first, second), *_of_heads(first, second)]
    if first.telephone_hash and first.telephone_hash == second.telephone_hash:
        found.append(_counted("TELEPHONE_SHARED" if is_telephone_shared else "TELEPHONE"))
    percent = address_percent(first, second)
    if percent >= ADDRESS_PERCENT_MIN:
        found.append(_counted("ADDRESS", percent))
    score = sum(agreement.points for agreement in found)
    return Likeness(max(0, min(SCORE_MAX, score)), tuple(sorted(found, key=lambda one: -one.points)))


def address_percent(first: FamilyFacts, second: FamilyFacts) -> int:
    """Say how alike two addresses are, without the township that both begin with; 0 where one is not known."""
    one, other = _plain_address(first), _plain_address(second)
    if not one or not other:
        return 0
    percent = round(100 * Indel.normalized_similarity(one, other))
    is_other_house = re.findall(r"\d+", one) != re.findall(r"\d+", other)
    return min(percent, OTHER_HOUSE_PERCENT_MAX) if is_other_house else percent


@functools.lru_cache(maxsize=100_000)
def sound_of(name: str) -> str:
    """Write how a name sounds, without tones: 张伟, 章伟 and 張偉 sound alike. What is no Chinese stays."""
    return " ".join(_syllable(sign) for sign in _plain(name))


def _keys(family: FamilyFacts) -> Iterable[Hashable]:
    if family.telephone_hash:
        yield "telephone", family.telephone_hash
    if family.head_name:
        yield "sound", family.area, sound_of(family.head_name)
    # A family says the same of two members only by mistake; once is enough to find it.
    keys: set[Hashable] = {("number", person.identity_hash) for person in family.people if person.identity_hash}
    keys |= {("person", person.name_hash, person.born_on) for person in family.people if person.born_on}
    yield from sorted(keys, key=repr)


def _pairs_of(block: Sequence[int], families: Sequence[FamilyFacts]) -> Iterator[tuple[int, int]]:
    if len(block) <= BLOCK_WHOLE_MAX:
        yield from itertools.combinations(block, 2)
        return
    near = sorted(block, key=lambda place: (_plain_address(families[place]), place))
    for position, place in enumerate(near):
        for other in near[position + 1 : position + 1 + NEIGHBOURS_MAX]:
            yield (place, other) if place < other else (other, place)


def _of_persons(first: FamilyFacts, second: FamilyFacts) -> Iterator[Agreement]:
    numbers = {person.identity_hash for person in first.people} - {""}
    if numbers & {person.identity_hash for person in second.people}:
        yield _counted("IDENTITY_NUMBER")
    elif {_dated(person) for person in first.people} & {_dated(person) for person in second.people} - {None}:
        yield _counted("PERSON")
    elif any(_are_namesakes(one, other) for one in first.people for other in second.people):
        yield _counted("OTHER_PERSON")


def _dated(person: PersonFacts) -> tuple[str, dt.date] | None:
    return (person.name_hash, person.born_on) if person.born_on else None


def _are_namesakes(one: PersonFacts, other: PersonFacts) -> bool:
    """Tell whether two persons of one name are two: their numbers or birth dates are known and differ."""
    if one.name_hash != other.name_hash:
        return False
    known = ((one.identity_hash, other.identity_hash), (one.born_on, other.born_on))
    return any(left and right and left != right for left, right in known)


def _of_heads(first: FamilyFacts, second: FamilyFacts) -> Iterator[Agreement]:
    if first.name_hash == second.name_hash:
        yield _counted("HEAD_NAME")
    elif first.head_name and sound_of(first.head_name) == sound_of(second.head_name):
        yield _counted("HEAD_SOUND")
    elif _is_one_sign_apart(_plain(first.head_name), _plain(second.head_name)):
        yield _counted("HEAD_ALIKE")


def _is_one_sign_apart(one: str, other: str) -> bool:
    """Tell whether two names of three signs or more differ in one."""
    return len(one) == len(other) >= 3 and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _counted(part: str, percent: int = 100) -> Agreement:
    return Agreement(part, percent, round(_POINTS[part] * percent / 100))


def _plain(text: str) -> str:
    """Write a text without what people write in several ways: width, case, spaces, signs."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LN")


def _plain_address(family: FamilyFacts) -> str:
    return _plain_place(family.address, family.area)


@functools.lru_cache(maxsize=100_000)
def _plain_place(address: str, area: str) -> str:
    text = _plain(address)
    # What stands before the township's name says no more than the township.
    township = _plain(area.rpartition("/")[2])
    if township and township in text:
        text = text.partition(township)[2]
    text = _COUNTED.sub(lambda found: str(_number(found[0])), text)
    for word in _FILLING:
        text = text.replace(word, "组" if word.endswith("组") else "")
    return text


def _number(text: str) -> int:
    """Read a number below a hundred as addresses write it: 十二, 二十, 〇三."""
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_read(tens) if tens else 1) * 10 + _read(ones)
    return _read(text)


def _read(text: str) -> int:
    return int("".join(str(_DIGITS.get(sign, 0)) for sign in text) or 0)


def _syllable(sign: str) -> str:
    known = _syllables().get(ord(sign))
    if known is None:
        return sign
    tones = unicodedata.normalize("NFD", known.partition(",")[0])
    return "".join(letter for letter in tones if not unicodedata.combining(letter))


@functools.cache
def _syllables() -> dict[int, str]:
    # Known only where families are compared: the table takes some megabytes.
    from pypinyin.pinyin_dict import pinyin_dict

    return dict(pinyin_dict)
