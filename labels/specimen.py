"""Made-up labels for pictures, benchmarks and tests; they look made up."""

from labels.spec import ParcelLabel
from logistics.kernel.codes import RANDOM_BITS, code_uri, make_code

HOST = "NUANLIU.EXAMPLE"
_STEP = 0x9E3779B97F4A7C15F39CC0605CEDC835


def specimen_labels(count: int, *, mark: str = "7K") -> list[ParcelLabel]:
    """Make `count` labels, the same each time."""
    return [_label(number, mark) for number in range(1, count + 1)]


def _label(number: int, mark: str) -> ParcelLabel:
    code = make_code("PARCEL", mark, number * _STEP % (1 << RANDOM_BITS))
    return ParcelLabel(
        code=code,
        uri=code_uri(code, HOST),
        programme="宝贝暖心包",
        township=("少云镇", "示例街道办事处", "南阳镇坝头村")[number % 3],
        contents=("手套 x1", "棉马甲 x1", "毛毯 x1", "袜子 x2", "儿童减灾读本 x1"),
        weight_grams=2_220,
        batch="20260112-warm-01",
        thanks="愿这份温暖陪你过冬",
        federation="示例县妇女联合会",
    )
