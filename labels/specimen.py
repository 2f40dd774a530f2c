"""Made-up labels for pictures, benchmarks and tests; they look made up."""

from labels.spec import ParcelLabel
from logistics.kernel.codes import RANDOM_BITS, code_uri, make_code

HOST = "NUANLIU.EXAMPLE"
_STEP = 0x9E3779B97F4A7C15F39CC0605CEDC835
# As in a county: thirty places, and packs of six kinds.
TOWNSHIPS = tuple(f"示例{stem}{rank}" for rank in ("镇", "街道办事处", "乡坝头村") for stem in "甲乙丙丁戊己庚辛壬癸")
_SIZES = ("120", "130", "140", "150", "160", "170")


def specimen_labels(count: int, *, mark: str = "7K") -> list[ParcelLabel]:
    """Make `count` labels, the same each time."""
    return [_label(number, mark) for number in range(1, count + 1)]


def _label(number: int, mark: str) -> ParcelLabel:
    code = make_code("PARCEL", mark, number * _STEP % (1 << RANDOM_BITS))
    kind = number % len(_SIZES)
    return ParcelLabel(
        code=code,
        uri=code_uri(code, HOST),
        programme="宝贝暖心包",
        township=TOWNSHIPS[number % len(TOWNSHIPS)],
        contents=("手套 x1", f"棉马甲 {_SIZES[kind]} x1", "毛毯 x1", "袜子 x2", "儿童减灾读本 x1"),
        weight_grams=2_220 + 40 * kind,
        batch="20260112-warm-01",
        thanks="愿这份温暖陪你过冬",
        federation="示例县妇女联合会",
    )
