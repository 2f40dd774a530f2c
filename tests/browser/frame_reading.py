"""Let the station's own decoder read frames as a live camera shows them: each several times, until it is read."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from tests.browser.films import as_jpeg
from tests.browser.frames import Frame
from tests.browser.station import Phone

# After so many pictures of the same thing the decoder has looked in every way that it has.
LOOKS_MAX = 12
_READ = """async ([pictures, most]) => {
    const { Decoder } = await import(`/scan/app/${document.body.dataset.version}/decoder.js`);
    const decoder = new Decoder();
    await decoder.start();
    const bytes = (data) => Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    const bitmap = (data) => createImageBitmap(new Blob([bytes(data)], { type: "image/jpeg" }));
    // The first picture waits for the decoder to be loaded.
    await decoder.read(await bitmap(pictures[0]));
    const looks = [];
    for (const data of pictures) {
        const look = { text: "", taken: [] };
        decoder.turn = 0;
        while (!look.text && look.taken.length < most) {
            const picture = await bitmap(data);
            const begun = performance.now();
            look.text = (await decoder.read(picture)) ?? "";
            look.taken.push(performance.now() - begun);
        }
        looks.push(look);
    }
    return looks;
}"""


@dataclass(frozen=True)
class Look:
    """One frame, what was read in it, and how long each look took in milliseconds."""

    frame: Frame
    text: str
    taken: tuple[float, ...]

    @property
    def is_right(self) -> bool:
        """Tell whether just the code in the frame was read, or nothing where there is none."""
        return self.text == self.frame.text


def looks_at(phone: Phone, frames: Sequence[Frame], most: int = LOOKS_MAX) -> list[Look]:
    """Show the frames to the decoder of this phone's page."""
    pictures = [base64.b64encode(as_jpeg(frame.picture)).decode() for frame in frames]
    found = phone.page.evaluate(_READ, [pictures, most])
    return [Look(frame, one["text"], tuple(one["taken"])) for frame, one in zip(frames, found, strict=True)]
