"""The distinct parts of a batch of labels, and which of them each label is made of."""

from labels.code_type import SIGNS
from labels.fonts import require_drawable
from labels.parts import boxed, code_part, parts_of
from labels.sheets import LabelSheet
from labels.spec import ParcelLabel
from logistics.kernel.codes import CODE_LENGTH

# A code of nothing else fits, so every code does.
WIDEST_SIGN = "W"
# The numbers of the parts that a label is made of.
Face = tuple[int, ...]


class Faces:
    """The distinct parts of a batch: the section of each, and which of them make up a label."""

    def __init__(self, sheet: LabelSheet) -> None:
        self._sheet = sheet
        self._numbers: dict[str, int] = {}
        self._faces: dict[tuple[object, ...], Face] = {}
        # The first section shows what the stamp sets itself: where the widest code stands, and every sign of codes.
        sample = f'<p class="signs">{SIGNS}</p>' + code_part(WIDEST_SIGN * CODE_LENGTH)
        self.sections = [self._boxed(sample, "")]

    def face_of(self, label: ParcelLabel) -> Face:
        """Return the parts that make up all of a label but its code and QR."""
        key = (
            label.programme,
            label.township,
            label.contents,
            label.weight_grams,
            label.batch,
            label.thanks,
            label.federation,
            label.reprint,
            label.template,
        )
        face = self._faces.get(key)
        if face is None:
            require_drawable(label)
            face = tuple(self._number_of(part, label) for part in parts_of(label, self._sheet.style))
            self._faces[key] = face
        return face

    def _number_of(self, part: str, label: ParcelLabel) -> int:
        if part not in self._numbers:
            self._numbers[part] = len(self.sections)
            self.sections.append(self._boxed(part, label.code))
        return self._numbers[part]

    def _boxed(self, part: str, code: str) -> str:
        size = (self._sheet.label_width_um, self._sheet.label_height_um)
        return boxed(part, code, self._sheet.style, size, (0, 0))
