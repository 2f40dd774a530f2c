"""Both languages are complete."""

from pathlib import Path

from tests.architecture import translations


def test_every_text_has_its_chinese_and_the_compiled_one_is_the_same() -> None:
    assert len(translations.texts()) > 200
    assert translations.problems() == []


def test_a_text_without_chinese_is_found() -> None:
    block = "{% blocktranslate count n=rows|length %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"
    template = '{% translate "Brand new" %}' + block
    wanted = {*translations.texts_in_template(template), *translations.texts_in_code('_("Written in code")')}
    assert wanted == {"Brand new", "%(n)s row", "Written in code"}
    assert translations.untranslated(wanted, {"Brand new": "崭新", "Gone": "没有了"}) == [
        "%(n)s row",
        "Written in code",
        "Gone",
    ]


def test_a_stale_catalogue_is_found() -> None:
    compiled = Path(translations.FOLDER / "django.mo")
    assert translations.stale({"Stock": "另一个词"}, compiled) == ["Stock"]
