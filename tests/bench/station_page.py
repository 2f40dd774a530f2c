"""How many bad frames the scan station reads, how fast, and how soon a code in view is answered on the screen."""

import base64
from collections.abc import Callable
from dataclasses import replace

from labels.specimen import specimen_labels
from logistics.kernel.codes import code_uri
from tests.browser.chromium import running_browser
from tests.browser.films import as_jpeg, held_up, label_picture
from tests.browser.frame_reading import looks_at
from tests.browser.frames import EMPTY, WITH_CODE, bad_frames
from tests.browser.station import Phone, device_of
from tests.cast import raise_curtain
from tests.servers import serving

Say = Callable[[str, float, str], None]
PARCELS, PLACE = 20, "NUANLIU.EXAMPLE"
SLOWDOWNS = (1, 6)
# Series of frames by which no way of looking was chosen; series 0 to 8 were looked at.
JUDGED = (9, 10)
# From a picture to the answer, as the camera does it: read, taken, stored, shown.
_ANSWER = """async (pictures) => {
    const { Decoder } = await import(`/scan/app/${document.body.dataset.version}/decoder.js`);
    const decoder = new Decoder();
    await decoder.start();
    const bytes = (data) => Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    const bitmap = (data) => createImageBitmap(new Blob([bytes(data)], { type: "image/jpeg" }));
    const keys = { ":": "Semicolon", "/": "Slash", ".": "Period" };
    const keyOf = (sign) => keys[sign] ?? (/[0-9]/.test(sign) ? `Digit${sign}` : `Key${sign}`);
    const press = (code, key) => document.dispatchEvent(new KeyboardEvent("keydown", { code, key }));
    const isShown = (code) => document.body.dataset.tone === "taken"
        && document.querySelector("#verdict .code")?.textContent === code;
    const taken = [];
    await decoder.read(await bitmap(pictures[0]));
    for (const data of pictures) {
        const picture = await bitmap(data);
        const begun = performance.now();
        const text = await decoder.read(picture);
        for (const sign of text) press(keyOf(sign), sign);
        press("Enter", "Enter");
        const code = text.slice(-20).match(/.{4}/g).join("-");
        while (!isShown(code)) await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        taken.push([performance.now() - begun, decoder.took]);
    }
    return taken;
}"""


def measure_station_page(url: str, say: Say) -> None:
    """Show the page bad frames, then good ones while there is no network, also with the page six times slower."""
    with serving(url, has_worker=False) as address, running_browser() as browser:
        phone = Phone(browser, address).reload()
        _measure_frames(phone, say)
        _measure_answers(phone, say)


def _measure_frames(phone: Phone, say: Say) -> None:
    for series in JUDGED:
        for whole_sheets, words in ((False, ""), (True, " with whole sheets of A4")):
            judged = looks_at(phone, list(bad_frames(whole_sheets=whole_sheets, series=series)))
            right = sum(look.is_right for look in judged if look.frame.text)
            say(f"frames of held-out series {series}{words} read, of {WITH_CODE}", right, "frames")
            wrong = sum(bool(look.text) and not look.is_right for look in judged)
            say(f"frames of held-out series {series}{words} read wrongly", wrong, "frames")
    looks = looks_at(phone, list(bad_frames()))
    for kind in dict.fromkeys(look.frame.kind for look in looks if look.frame.kind != EMPTY):
        own = [look.is_right for look in looks if look.frame.kind == kind]
        say(f"frames read, {kind}, of {len(own)}", sum(own), "frames")
    right = [look.is_right for look in looks if look.frame.kind != EMPTY]
    say(f"frames read, of {len(right)} with a code", sum(right), "frames")
    whole = [look.is_right for look in looks_at(phone, list(bad_frames(whole_sheets=True))) if look.frame.text]
    say(f"the same with whole sheets of A4 held up, of {len(whole)}", sum(whole), "frames")
    say("frames read wrongly", sum(bool(look.text) and not look.is_right for look in looks), "frames")
    taken = sorted(milliseconds for look in looks for milliseconds in look.taken)
    say("a look at a frame, median", taken[len(taken) // 2], "ms")
    say("a look at a frame, 95th percentile", taken[len(taken) * 95 // 100], "ms")


def _measure_answers(phone: Phone, say: Say) -> None:
    world = raise_curtain()
    world.stock_kits(PARCELS * len(SLOWDOWNS))
    codes = [parcel.code.text for parcel in world.plan(PARCELS * len(SLOWDOWNS))]
    phone.enrol(device_of(world.county)).kept_by_worker().choose("PACK").cut()
    session = phone.context.new_cdp_session(phone.page)
    for turn, slowdown in enumerate(SLOWDOWNS):
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        pictures = [_picture(code) for code in codes[turn * PARCELS : (turn + 1) * PARCELS]]
        found = phone.page.evaluate(_ANSWER, pictures)
        looks = sorted(look for _, look in found)
        # The browser slows the page alone: what its worker took is made longer by hand.
        taken = sorted(whole + look * (slowdown - 1) for whole, look in found)
        say(f"the decoder's own look, the page {slowdown}x slower, median", looks[PARCELS // 2], "ms")
        say(f"from a code in view to the answer, offline, all {slowdown}x slower, median", taken[PARCELS // 2], "ms")
        say(f"from a code in view to the answer, offline, all {slowdown}x slower, longest", taken[-1], "ms")


def _picture(code: str) -> str:
    (label,) = specimen_labels(1)
    label = replace(label, code=code, uri=code_uri(code, PLACE))
    return base64.b64encode(as_jpeg(held_up(label_picture(label)))).decode()
