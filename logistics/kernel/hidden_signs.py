"""Take out of a text what nobody sees: signs of no width, and those that turn the order of reading around."""

import unicodedata

# Control, format, half of a pair, private: nothing that a person writes by hand.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_LINES = "\n\t"


def without_hidden_signs(text: str) -> str:
    """Return a text without signs that are not seen; the ends of lines stay."""
    plain = text.replace("\r\n", "\n")
    return "".join(sign for sign in plain if sign in _LINES or unicodedata.category(sign) not in _HIDDEN)
