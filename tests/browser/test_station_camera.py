"""The camera of the scan station, with our own printed labels as its film; server and network really gone."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from labels.spec import ParcelLabel
from labels.specimen import specimen_labels
from logistics.deliveries.models import ScanEvent
from logistics.kernel.codes import code_uri
from logistics.parcels.models import Parcel
from tests.browser.chromium import another_browser
from tests.browser.films import as_jpeg, empty_frame, held_up, label_picture, write_film
from tests.browser.station import Phone, device_of
from tests.browser.stubborn import StubbornServer
from tests.cast import raise_curtain

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
FALSE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
WAITING = "document.querySelector('#status').textContent.includes('{} waiting')"


def _label_of(parcel: Parcel) -> ParcelLabel:
    (label,) = specimen_labels(1)
    return replace(label, code=parcel.code.text, uri=code_uri(parcel.code.text, "NUANLIU.EXAMPLE"))


@pytest.fixture
def stage(
    browser: Browser, committed_database: str, tmp_path: Path
) -> Iterator[tuple[Phone, StubbornServer, list[Parcel]]]:
    """A phone whose camera sees the label of the first parcel, then of the second, again and again."""
    world = raise_curtain()
    world.stock_kits(2)
    parcels = world.plan(2)
    pictures = [held_up(label_picture(_label_of(parcel))) for parcel in parcels]
    frames = [pictures[0]] * 10 + [empty_frame()] * 4 + [pictures[1]] * 10 + [empty_frame()] * 4
    film = write_film(tmp_path / "film.y4m", frames)
    with ExitStack() as stack:
        server = stack.enter_context(StubbornServer(committed_database))
        switches = [*FALSE_CAMERA, f"--use-file-for-fake-video-capture={film}"]
        seeing = stack.enter_context(another_browser(browser, *switches))
        phone = Phone(seeing, server.address)
        phone.enrol(device_of(world.county)).kept_by_worker()
        yield phone, server, parcels


def test_labels_are_read_kept_and_sent_though_network_and_server_were_gone(stage: Any) -> None:
    phone, server, parcels = stage
    phone.choose("PACK")
    phone.cut()
    server.kill()
    phone.page.click("#camera")
    phone.until(WAITING.format(1), seconds=40)
    phone.page.click("#camera")
    phone.reload()
    assert phone.page.inner_text("#status").endswith("waiting")
    # The page's own worker reads on, from what the service worker kept.
    phone.page.click("#camera")
    both = {parcel.code.text for parcel in parcels}
    for _ in range(200):
        if {row["code"] for row in phone.held()} == both:
            break
        phone.page.wait_for_timeout(100)
    phone.page.click("#camera")
    held = phone.held()
    assert {row["code"] for row in held} == both
    assert ScanEvent.objects.count() == 0
    server.start()
    phone.join()
    phone.all_sent()
    assert set(ScanEvent.objects.values_list("id", flat=True)) == {_id(row) for row in held}
    assert set(Parcel.objects.values_list("state", flat=True)) == {"PACKED"}
    assert [one for one in phone.troubles if "ERR_" not in one] == []


def test_a_photo_of_a_label_is_a_scan_and_one_without_a_code_says_so(stage: Any, tmp_path: Path) -> None:
    phone, _, parcels = stage
    phone.choose("PACK")
    (tmp_path / "label.jpg").write_bytes(as_jpeg(held_up(label_picture(_label_of(parcels[1])))))
    (tmp_path / "empty.jpg").write_bytes(as_jpeg(empty_frame()))
    for name, tone, words in (("empty.jpg", "stop", "No code in this photo"), ("label.jpg", "good", "Recorded")):
        with phone.page.expect_file_chooser() as chooser:
            phone.page.click("#photo")
        chooser.value.set_files(tmp_path / name)
        phone.says(tone, words)


def test_a_detector_that_reads_wrongly_is_not_used(stage: Any) -> None:
    phone, _, _ = stage
    liar = """globalThis.BarcodeDetector = class {
        static async getSupportedFormats() { return ["qr_code"]; }
        async detect() { return [{ rawValue: "HTTPS://NUANLIU.EXAMPLE/Q/P7K00000000000000000" }]; } };"""
    honest = liar.replace("P7K00000000000000000", "P7K00000000000000SELF")
    for script, name in ((liar, "zxing-wasm"), (honest, "BarcodeDetector")):
        page = phone.context.new_page()
        page.add_init_script(script)
        phone.reload(page)
        chosen = page.evaluate(
            "import(`/scan/app/${document.body.dataset.version}/decoder.js`).then((m) => new m.Decoder().start())"
        )
        assert chosen == name


def _id(row: dict[str, Any]) -> uuid.UUID:
    return uuid.UUID(row["scan_id"])
