"""Screening: what would give a child away is marked however it is written, and a person is left to look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.kernel.screening import (
    NAMES_MAX,
    REPLACEMENTS,
    TEXT_LENGTH_MAX,
    MarkKind,
    marks_in,
    pieces_of_text,
    with_replacements,
)

NAMES = ("王小花", "欧阳秀兰")
# What people write around what they tell; nothing of it gives anybody away.
WORDS = st.sampled_from(
    ["谢谢叔叔阿姨，", "衣服很暖和。", "我会好好努力，", "奶奶也很高兴！", "Thank you! ", "\n", "谢谢大家 "]
)
AROUND = st.lists(WORDS, max_size=3).map("".join)


def _kinds(text: str, names: tuple[str, ...] = NAMES) -> list[tuple[str, str]]:
    return [(mark.kind.value, text[mark.start : mark.stop]) for mark in marks_in(text, names=names)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("411281201406011234", "IDENTITY_NUMBER", None),
        ("41128120140601123X", "IDENTITY_NUMBER", None),
        ("４１１２８１２０１４０６０１１２３Ｘ"[:17], "IDENTITY_NUMBER", None),
        ("411281 2014 0601 123", "IDENTITY_NUMBER", None),
        ("13800138000", "TELEPHONE", None),
        ("138-0013-8000", "TELEPHONE", None),
        ("一三八零零一三八零零零", "TELEPHONE", None),
        ("0398-5830000", "TELEPHONE", None),
        ("5830000", "TELEPHONE", None),
        ("王小花", "NAME", None),
        ("王 小 花", "NAME", None),
        ("小花", "NAME", None),
        ("阿花", "NAME", None),
        ("花花", "NAME", None),
        ("王同学", "NAME", None),
        ("欧阳秀兰", "NAME", None),
        ("秀兰", "NAME", None),
        ("示例镇中心小学", "SCHOOL", None),
        ("三年级二班", "SCHOOL", None),
        ("三（2）班", "SCHOOL", None),
        ("Yima No. 3 Primary School", "SCHOOL", None),
        ("示例村三组12号", "ADDRESS", None),
        ("示例小区5号楼2单元301室", "ADDRESS", "5号楼2单元301室"),
        ("微信号：wxid_abc123", "ACCOUNT", "wxid_abc123"),
        ("QQ 12345", "ACCOUNT", "12345"),
        ("a.b@example.com", "ACCOUNT", None),
        ("2014年6月1日", "BIRTH_DATE", None),
        ("二〇一四年六月一日", "BIRTH_DATE", None),
        ("2014-06-01", "BIRTH_DATE", None),
        ("生日是6月1日", "BIRTH_DATE", "6月1日"),
        ("June 1, 2014", "BIRTH_DATE", None),
        ("幺三八零零幺三八零零零", "TELEPHONE", None),
        ("①③⑧00138000", "TELEPHONE", None),
        ("wang xiao hua", "NAME", None),
        ("wáng xiǎo huā", "NAME", None),
        ("Xiaohua Wang", "NAME", None),
        ("Xiao-Hua", "NAME", None),
        ("OUYANG XIULAN", "NAME", None),
        ("王小華", "NAME", None),
        ("汪晓花", "NAME", None),
    ],
)
def test_what_gives_a_child_away_is_marked(text: str, kind: str, words: str | None) -> None:
    assert _kinds(f"谢谢！{text}，谢谢") == [(kind, words or text)]


@pytest.mark.parametrize(
    "text",
    [
        "谢谢大家，棉衣很暖和，我今年上小学了",
        "我们学校很大，爸爸走路去超市，家在农村",
        "今年二百五十元，收到3件衣服，一共12斤",
        "一路有你们，十分开心",
        "Thank you for the warm coat. I am 8 years old.",
        "弟弟爱讲笑话，我在家里画小画",
        "I am from China and my panda is named Hua",
    ],
)
def test_thanks_alone_are_left_alone(text: str) -> None:
    assert _kinds(text) == []


def test_a_name_that_nobody_knows_is_not_guessed() -> None:
    assert _kinds("小花很漂亮", names=()) == []


def test_a_surname_sounds_as_surnames_do() -> None:
    assert _kinds("My friend is Zeng Li", names=("曾丽",)) == [("NAME", "Zeng Li")]


@given(AROUND, AROUND, st.integers(10**16, 10**17 - 1), st.sampled_from(["", " ", "-", "－"]), st.sampled_from("0123X"))
def test_every_identity_number_is_marked_however_it_is_grouped(
    before: str, after: str, digits: int, gap: str, check: str
) -> None:
    number = gap.join([str(digits)[:6], str(digits)[6:14], str(digits)[14:] + check])
    text = f"{before}{number}{after}"
    assert number not in with_replacements(text, marks_in(text))
    assert any(text[mark.start : mark.stop].endswith(check) for mark in marks_in(text))


@given(AROUND, AROUND, st.sampled_from(["王小花", "王 小花", "小花", "小小花", "阿小花", "欧阳秀兰", "秀 兰", "阿兰"]))
def test_every_known_name_goes(before: str, after: str, name: str) -> None:
    text = f"{before}{name}{after}"
    written = with_replacements(text, marks_in(text, names=NAMES))
    assert name not in written
    assert marks_in(written, names=NAMES) == []


@given(
    st.text(alphabet="王小花秀兰0123456789零一三八村组号学校班年月日生微信qq:abX- \n谢，。", max_size=80),
    st.sampled_from(["zh", "en"]),
)
def test_marks_stand_in_order_apart_and_join_to_the_text(text: str, language: str) -> None:
    marks = marks_in(text, names=NAMES, language=language)
    ends = [0, *(place for mark in marks for place in (mark.start, mark.stop)), len(text)]
    assert ends == sorted(ends)
    assert all(mark.start < mark.stop for mark in marks)
    assert "".join(words for words, _ in pieces_of_text(text, marks)) == text
    assert all(mark.replacement in REPLACEMENTS[mark.kind] for mark in marks)
    # Long numbers and whole names never stand what is suggested, whatever stood around them.
    written = with_replacements(text, marks)
    kinds = {mark.kind for mark in marks_in(written, names=NAMES)}
    assert MarkKind.IDENTITY_NUMBER not in kinds
    assert MarkKind.TELEPHONE not in kinds


def test_the_bounds_are_kept() -> None:
    assert marks_in("谢" * TEXT_LENGTH_MAX, names=["示例"] * NAMES_MAX) == []
    with pytest.raises(ValueError):
        marks_in("谢" * (TEXT_LENGTH_MAX + 1))
    with pytest.raises(ValueError):
        marks_in("谢", names=["示例"] * (NAMES_MAX + 1))


def test_words_stand_in_both_languages() -> None:
    text = "打13800138000找小花"
    zh, en = (with_replacements(text, marks_in(text, names=NAMES, language=code)) for code in ("zh", "en"))
    assert (zh, en) == ("打【电话】找【名字】", "打[telephone]找[name]")
