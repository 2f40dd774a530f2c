"""Why somebody is not listed, or is listed and gets nothing: words from a list, said in both languages."""

from collections.abc import Mapping

from logistics.kernel.admission import REASONS as RULE_REASONS
from logistics.kernel.hidden_signs import without_hidden_signs
from logistics.kernel.refusals import Unacceptable

TEXT_LENGTH_MIN, TEXT_LENGTH_MAX = 4, 1_000
OBJECTION_UPHELD, NO_LONGER_ELIGIBLE = "objection_upheld", "no_longer_eligible"
NOTHING_FITS, OUTSIDE_TERMS, ALL_GIVEN = "nothing_fits", "outside_terms", "all_given"
# What a reviewer may say; a rule that is not met is named by itself.
REFUSAL_REASONS: Mapping[str, tuple[str, str]] = {
    **RULE_REASONS,
    "not_in_need": ("核查后困难情况不属实或已解决", "the hardship was not found, or is over"),
    "papers_missing": ("材料不齐", "papers are missing"),
    "duplicate": ("同一家庭已申报", "the same household has applied already"),
    "moved_away": ("已搬离", "moved away"),
    "helped_elsewhere": ("已由其他渠道解决", "helped in another way"),
    OBJECTION_UPHELD: ("公示期间的异议成立", "an objection during the public notice was upheld"),
    NO_LONGER_ELIGIBLE: ("审批时已不符合条件", "was no longer eligible when the list was approved"),
    "other": ("其他", "other"),
}
UNSERVED_REASONS: Mapping[str, tuple[str, str]] = {
    NOTHING_FITS: ("没有合适的尺码或年龄段", "nothing at hand is of the right size or age"),
    OUTSIDE_TERMS: ("不符合可用专项的限定", "outside the terms of the funds at hand"),
    ALL_GIVEN: ("合适的已分给排在前面的家庭", "all that fits goes to those before"),
}


class TextOutOfBounds(Unacceptable):
    code = "list_text_out_of_bounds"
    zh = "请写明情况（{least} 到 {most} 个字）。"
    en = "Say what there is to say ({least} to {most} characters)."


class ReasonUnknown(Unacceptable):
    code = "refusal_reason_unknown"
    zh = "没有这种理由：{reason}。"
    en = "There is no such reason: {reason}."


def checked_text(text: str, pointer: str = "/text", *, least: int = TEXT_LENGTH_MIN) -> str:
    """Return a text without blanks around it. Refuses TextOutOfBounds."""
    told = without_hidden_signs(text).strip()
    if not least <= len(told) <= TEXT_LENGTH_MAX:
        raise TextOutOfBounds(least=least, most=TEXT_LENGTH_MAX, pointer=pointer)
    return told


def checked_reason(reason: str) -> str:
    """Return a reason of the list. Refuses ReasonUnknown."""
    if reason not in REFUSAL_REASONS:
        raise ReasonUnknown(reason=reason[:24], pointer="/reason")
    return reason
