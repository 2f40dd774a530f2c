"""The distinct parts of a batch of labels, and which of them each label is made of."""

from labels.code_type import SIGNS
from labels.fonts import require_drawable
from labels.kept_parts import Part
from labels.parts import code_part, parts_of
from labels.spec import ParcelLabel
from labels.styles import LabelStyle
from logistics.kernel.codes import CODE_LENGTH

# A code of nothing else fits, so every code does.
WIDEST_SIGN = "W"
# The numbers of the parts that a label is made of.
Face = tuple[int, ...]


class Faces:
    """The distinct parts of a batch, and which of them make up a label."""

    def __init__(self, style: LabelStyle) -> None:
        self._style = style
        self._numbers: dict[str, int] = {}
        self._faces: dict[tuple[object, ...], Face] = {}
        # The first one shows what the stamp sets itself: where the widest code stands, and every sign of codes.
        sample = f'<p class="signs">{SIGNS}</p>' + code_part(WIDEST_SIGN * CODE_LENGTH)
        self.parts = [Part(sample, "")]

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
            label.is_test,
        )
        face = self._faces.get(key)
        if face is None:
            require_drawable(label)
            face = tuple(self._number_of(part, label) for part in parts_of(label, self._style))
            self._faces[key] = face
        return face

    def _number_of(self, content: str, label: ParcelLabel) -> int:
        if content not in self._numbers:
            self._numbers[content] = len(self.parts)
            self.parts.append(Part(content, label.code))
        return self._numbers[content]
