"""Parts of labels that are laid out and fit: kept, since the next batch says mostly the same as the last."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from labels.drawing import lay_out
from labels.fit import require_fit
from labels.parts import boxed
from labels.sheets import LabelSheet
from labels.styles import UM_PER_MM

# A laid-out part takes about 50 kB.
PARTS_KEPT_MAX = 600
# Who waits hears how far the layout is after so many parts.
PARTS_PER_LAYOUT = 250
TITLE = "标签 Labels"


class Part(NamedTuple):
    """A part of labels as HTML, and the code of the first label that has it: a refusal names that one."""

    content: str
    code: str


class _Key(NamedTuple):
    """What a page depends on: the part and the size of the label, which chooses its style."""

    width_um: int
    height_um: int
    content: str


_kept: OrderedDict[_Key, Any] = OrderedDict()


def pages_of(parts: Sequence[Part], sheet: LabelSheet, told: Callable[[int, int], None]) -> list[Any]:
    """Return a laid-out page for each part, each as large as a label. Refuses LabelDoesNotFit.

    `told` hears (pages laid out, all) as it goes.
    """
    keys = [_Key(sheet.label_width_um, sheet.label_height_um, part.content) for part in parts]
    pages = {key: _kept[key] for key in keys if key in _kept}
    missing = [(key, part) for key, part in zip(keys, parts, strict=True) if key not in pages]
    for start in range(0, len(missing), PARTS_PER_LAYOUT):
        run = missing[start : start + PARTS_PER_LAYOUT]
        laid = _laid_out([part for _, part in run], sheet)
        pages.update(zip((key for key, _ in run), laid, strict=True))
        told(len(pages), len(keys))
    _keep(pages)
    return [pages[key] for key in keys]


def forget_parts() -> None:
    """Let all parts go, so that the next batch is laid out as the first one was."""
    _kept.clear()


def document_of(pages: Sequence[Any], sheet: LabelSheet) -> Any:
    """Make a document of pages that were laid out at different times."""
    return lay_out([""], sheet.label_width_um / UM_PER_MM, sheet.label_height_um / UM_PER_MM, TITLE).copy(list(pages))


def _laid_out(parts: Sequence[Part], sheet: LabelSheet) -> list[Any]:
    size_um = (sheet.label_width_um, sheet.label_height_um)
    sections = [boxed(part.content, part.code, sheet.style, size_um, (0, 0)) for part in parts]
    pages: list[Any] = lay_out(sections, size_um[0] / UM_PER_MM, size_um[1] / UM_PER_MM, TITLE).pages
    for page in pages:
        require_fit(page, sheet.style)
    return pages


def _keep(pages: dict[_Key, Any]) -> None:
    """Keep pages, those that were asked for last the longest."""
    for key, page in pages.items():
        _kept[key] = page
        _kept.move_to_end(key)
    while len(_kept) > PARTS_KEPT_MAX:
        _kept.popitem(last=False)
