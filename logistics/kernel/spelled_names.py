"""Find a Chinese name in a text that writes it otherwise: in Latin letters, or with other signs that sound alike.

Children write their names in pinyin, volunteers translate letters, and a form fills in 華 for 花.
"""

import re
from collections.abc import Iterator, Sequence

from logistics.kernel.likeness import sound_of

# Two signs that sound alike are any word; three of a whole name are that name.
SIGNS_BY_SOUND_MIN = 3
_BETWEEN = r"[\s'’·.\-_]{0,3}"
_TONE = "[\u0300-\u036f]?"
# Signs that sound otherwise where they are a surname.
_OF_SURNAMES = {
    "曾": "zeng",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "查": "zha",
    "翟": "zhai",
    "乐": "yue",
    "朴": "piao",
    "盖": "ge",
    "缪": "miao",
    "覃": "qin",
    "尉迟": "yu chi",
}


def spelled_in(text: str, surname: str, given: str) -> Iterator[tuple[int, int]]:
    """Yield where a name stands in Latin letters, whole in either order or the given name of two syllables.

    `text` has letters without tones where the tone is part of the letter.
    """
    first, last = (_OF_SURNAMES.get(surname) or sound_of(surname)).split(), sound_of(given).split()
    if not all(syllable.isascii() and syllable.isalpha() for syllable in (*first, *last)):
        return
    for syllables in ([*first, *last], [*last, *first], last):
        if len(syllables) > 1:
            for match in _pattern_of(syllables).finditer(text):
                yield match.span()


def sounding_in(sounds: Sequence[str], name: str) -> Iterator[tuple[int, int]]:
    """Yield where as many signs as a whole name has sound as it does; of the text, how each sign sounds."""
    wanted = sound_of(name).split()
    if len(wanted) < SIGNS_BY_SOUND_MIN:
        return
    for start in range(len(sounds) - len(wanted) + 1):
        if sounds[start : start + len(wanted)] == wanted:
            yield start, start + len(wanted)


def _pattern_of(syllables: list[str]) -> re.Pattern[str]:
    # What is typed for ü is v.
    spelled = ("".join(f"{'[uv]' if letter == 'u' else letter}{_TONE}" for letter in one) for one in syllables)
    return re.compile(f"(?<![a-z]){_BETWEEN.join(spelled)}(?![a-z])", re.IGNORECASE)
