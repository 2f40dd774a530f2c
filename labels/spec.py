"""What a label says: plain values. There is no field for a person, so none can be printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from logistics.kernel.refusals import Unacceptable

LABELS_PER_BATCH_MAX = 4_000


class LabelDoesNotFit(Unacceptable):
    code = "label_does_not_fit"
    zh = "包裹 {parcel} 的标签放不下：{part}。请缩短内容或换更大的标签纸。"
    en = "The label of parcel {parcel} does not fit: {part}. Shorten it, or take a larger sheet."


class GlyphMissing(Unacceptable):
    code = "glyph_missing"
    zh = "包裹 {parcel} 的标签里有字体没有的字符 {sign}。"
    en = "The label of parcel {parcel} holds {sign}, which the font does not have."


class TextUnprintable(Unacceptable):
    code = "text_unprintable"
    zh = "包裹 {parcel} 的标签里有不能打印的字符 {sign}。"
    en = "The label of parcel {parcel} holds {sign}, which cannot be printed."


# The parts that a label leaves blank, by the name of its template: a parcel that others see need not say what is in it.
BLANK_PARTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"FULL": frozenset(), "DISCREET": frozenset({"contents", "weight"})}
)


@dataclass(frozen=True, slots=True)
class ParcelLabel:
    """What the label of one parcel says. `code` has twenty characters; `uri` is what the QR holds and ends with it."""

    code: str
    uri: str
    programme: str
    township: str
    contents: tuple[str, ...]
    weight_grams: int | None
    batch: str
    thanks: str
    federation: str
    reprint: int = 0
    template: str = "FULL"
    # Of a sandbox: says so across its face, so that nobody takes it for a real one.
    is_test: bool = False
