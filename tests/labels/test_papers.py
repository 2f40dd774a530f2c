"""Papers: tagged for all, every square read back, amounts as they should be, and what does not fit is refused."""

import dataclasses

import pytest

from labels.papers.acknowledgements import acknowledgement
from labels.papers.certificates import certificate
from labels.papers.drawing import drawn
from labels.papers.gift_paper import AcknowledgementPaper, GiftLine
from labels.papers.spec import Both, PaperDoesNotFit, PaperSignMissing, PaperTextUnprintable, QrCode
from labels.readback import read_codes
from logistics.kernel.capitals import capitals
from logistics.kernel.codes import code_uri, grouped, make_code
from tests.papers import assert_readable_by_all, page_count, tags_of, words_of

CODE = make_code("ACKNOWLEDGEMENT", "7K", 0x123456789ABCDEF)
URI = code_uri(CODE, "NUANLIU.EXAMPLE")
MONEY = AcknowledgementPaper(
    number="示例县-2026-000001",
    code=QrCode(CODE, URI),
    organisation=Both("示例县妇女联合会", "Example County Federation"),
    telephone="0990-000000",
    programme=Both("宝贝暖心包", "Warm Heart Pack"),
    fund=Both("暖心包专项"),
    donor="示例捐赠人",
    received_on="2026-01-12",
    issued_on="2026-01-13",
    channel=Both("银行转账", "Bank"),
    amount="¥1,680.32",
    capitals=capitals(168_032),
    lines=(),
)
GOODS = dataclasses.replace(
    MONEY,
    channel=None,
    amount="¥100.50",
    capitals=capitals(10_050),
    lines=(
        GiftLine(Both("手套", "Gloves"), "5 件", "¥100.50", Both("发票", "Invoice")),
        GiftLine(Both("毛毯", "Blanket"), "3 件", None, Both("无法取得公允价值", "No value known")),
    ),
)
NO_VALUE = dataclasses.replace(GOODS, amount=None, capitals=None, lines=GOODS.lines[1:])
FORMS = pytest.mark.parametrize("form", [acknowledgement, certificate])


@FORMS
@pytest.mark.parametrize("paper", [MONEY, GOODS, NO_VALUE])
def test_a_paper_is_tagged_and_its_square_is_read_back(form, paper: AcknowledgementPaper) -> None:  # type: ignore[no-untyped-def]
    pdf = drawn([form(paper)], title="捐赠接收凭证")
    assert_readable_by_all(pdf, "捐赠接收凭证")
    assert list(read_codes(pdf)) == [URI]
    assert page_count(pdf) == 1
    words = words_of(pdf)
    for part in (
        paper.number,
        paper.organisation.zh,
        "示例捐赠人",
        grouped(CODE),
        "不是公益事业捐赠票据",
        "不能用于税前扣除",
    ):
        assert part in words, part


def test_money_stands_in_figures_and_in_capitals() -> None:
    words = words_of(drawn([acknowledgement(MONEY)], title="x"))
    assert "¥1,680.32" in words
    assert "人民币壹仟陆佰捌拾元叁角贰分" in words
    assert "Acknowledgement of a gift" in words


@FORMS
def test_no_amount_stands_where_there_is_no_value(form) -> None:  # type: ignore[no-untyped-def]
    words = words_of(drawn([form(NO_VALUE)], title="x"))
    assert "¥" not in words
    assert "元整" not in words
    assert "毛毯" in words


def test_goods_stand_by_lines_with_value_and_basis() -> None:
    pdf = drawn([acknowledgement(GOODS)], title="x")
    words = words_of(pdf)
    for part in ("手套", "5 件", "¥100.50", "发票", "毛毯", "3 件", "无法取得公允价值", "不载金额"):
        assert part in words, part
    tags = [kind for kind, _ in tags_of(pdf)]
    assert tags.count("TH") >= 8
    assert tags.index("H1") < tags.index("Table") < tags.index("Figure"), "read from the top to the bottom"


@FORMS
def test_an_anonymous_donor_is_called_so(form) -> None:  # type: ignore[no-untyped-def]
    words = words_of(drawn([form(dataclasses.replace(MONEY, donor=None))], title="x"))
    assert "匿名捐赠人" in words
    assert "示例捐赠人" not in words


@FORMS
def test_a_void_paper_says_so(form) -> None:  # type: ignore[no-untyped-def]
    void = dataclasses.replace(MONEY, void=Both("本凭证已作废，由 示例县-2026-000002 代替", "Void"))
    assert "本凭证已作废，由 示例县-2026-000002 代替" in words_of(drawn([form(void)], title="x"))


def test_pages_are_counted_for_each_paper_alone() -> None:
    long = dataclasses.replace(GOODS, lines=GOODS.lines * 30)
    told: list[int] = []
    pdf = drawn([acknowledgement(MONEY), acknowledgement(long)], title="x", progress=told.append)
    words = words_of(pdf)
    assert page_count(pdf) >= 3
    assert told == [1, 2]
    assert "1 / 1" in words
    assert f"1 / {page_count(pdf) - 1}" in words
    assert words.count("Quantity") == page_count(pdf) - 1, "the head of the table stands on every page"


@FORMS
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"donor": "示例😀"}, PaperSignMissing),
        ({"donor": "示例𪚥"}, PaperSignMissing),
        ({"donor": "שלום"}, PaperTextUnprintable),
        ({"donor": "a\u202eb"}, PaperTextUnprintable),
        ({"donor": "a\x07b"}, PaperTextUnprintable),
        ({"programme": Both("W" * 90)}, PaperDoesNotFit),
    ],
)
def test_what_cannot_be_printed_is_refused_with_the_paper_s_number(form, change, refusal) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(refusal) as refused:
        drawn([form(MONEY), form(dataclasses.replace(MONEY, number="示例县-2026-000009", **change))], title="x")
    assert "示例县-2026-000009" in refused.value.facts["row"]


def test_a_certificate_that_is_full_is_refused() -> None:
    with pytest.raises(PaperDoesNotFit):
        drawn([certificate(dataclasses.replace(MONEY, donor="很长的捐赠单位名称" * 30))], title="x")


def test_a_long_name_wraps_and_no_number_is_split() -> None:
    name = "示例省示例市示例县示例街道示例社区二〇二六年度 1234567890 ABCDEFGHIJ 号爱心企业联合会"
    words = words_of(drawn([acknowledgement(dataclasses.replace(MONEY, donor=name))], title="x"))
    assert "1234567890" in words
    assert "ABCDEFGHIJ" in words


def test_markup_in_a_text_is_text_and_nothing_is_asked_from_outside() -> None:
    words = words_of(
        drawn([acknowledgement(dataclasses.replace(MONEY, donor='<img src="file:///etc/passwd">'))], title="x")
    )
    assert "<img src" in words
