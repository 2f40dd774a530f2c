"""A round from the officer's plan to the family's door: enrolled by a one-time code, loaded, proven, brought in."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser

from logistics.codes.models import Code
from logistics.deliveries.models import ScanEvent
from logistics.deliveries.proofs import proofs_of
from logistics.households.actions import MemberInput, record_household
from logistics.households.duplicates import search_duplicates, visible_pairs
from logistics.journal.revisions import Cause
from logistics.parties.devices import revoke_device
from logistics.parties.models import Device
from logistics.parties.operators import set_pin
from tests.browser.films import empty_frame
from tests.browser.station import Phone, at_round, enrolled
from tests.cast import World
from tests.households.test_duplicates import again, merged

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PIN = "2580"
# How wide the photo is that stands on the device, and whether it still tells which phone took it.
_PHOTO = """async () => {
    const { transact, asked } = await import(`/scan/app/${document.body.dataset.version}/database.js`);
    const rows = await transact(["proofs"], "readonly", (tx) => asked(tx.objectStore("proofs").getAll()));
    const { bytes, type } = rows.find((row) => row.kind === "PHOTO");
    const picture = await createImageBitmap(new Blob([bytes], { type }));
    return [picture.width, new TextDecoder("latin1").decode(bytes).includes("SECRET-PHONE")];
}"""


@pytest.fixture
def phone(browser: Browser, live_app: str) -> Iterator[Phone]:
    """One phone, not yet enrolled."""
    made = Phone(browser, live_app)
    yield made
    made.context.close()
    assert [one for one in made.troubles if "ERR_" not in one] == []


def _sign(phone: Phone) -> None:
    phone.page.click("[data-kind=SIGNATURE]")
    phone.page.wait_for_timeout(200)
    box = phone.page.locator("canvas.pad").bounding_box()
    assert box
    phone.page.mouse.move(box["x"] + 30, box["y"] + 40)
    phone.page.mouse.down()
    phone.page.mouse.move(box["x"] + 160, box["y"] + 90, steps=8)
    phone.page.mouse.up()
    phone.page.click("dialog:last-of-type .big")
    phone.until("document.querySelector('[data-kind=SIGNATURE].is-done')")


def _photograph(phone: Phone, path: Path) -> None:
    picture = empty_frame().resize((3000, 2000)).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "SECRET-PHONE"
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    path.write_bytes(file.getvalue())
    with phone.page.expect_file_chooser() as chooser:
        phone.page.click("[data-kind=PHOTO]")
    chooser.value.set_files(path)
    phone.until("document.querySelector('[data-kind=PHOTO].is-done')")


def test_a_parcel_is_handed_over_on_a_mountain_with_every_proof(phone: Phone, tmp_path: Path) -> None:
    world, parcels, distribution = at_round(["SIGNATURE", "PHOTO", "HOUSEHOLD_CARD"])
    enrolled(phone, world)
    phone.load(distribution)
    phone.choose("HAND_OVER")
    phone.cut()
    phone.reload()
    assert "0 of 3, 3 to go" in phone.page.inner_text("#line")
    phone.wedge(parcels[0].code.text)
    _sign(phone)
    _photograph(phone, tmp_path / "photo.jpg")
    assert phone.page.is_disabled("#confirm-proofs")
    phone.wedge(world.family.card_code.text)
    phone.until("!document.querySelector('#confirm-proofs').disabled")
    phone.page.click("#confirm-proofs")
    phone.says("taken", "Taken, waits to be sent")
    # Bytes and scan stand together, before anything was sent.
    (scan,), proofs = phone.held(), phone.held("proofs")
    assert sorted(scan["unsent"]) == sorted(proof["sha256"] for proof in proofs) and len(proofs) == 2
    assert phone.page.evaluate(_PHOTO) == [1600, False]
    assert "1 of 3, 2 to go" in phone.page.inner_text("#line")
    phone.reload()
    phone.join()
    phone.all_sent()
    assert phone.held("proofs") == []
    parcels[0].refresh_from_db()
    assert parcels[0].state == "DELIVERED"
    event = ScanEvent.objects.get(step="HAND_OVER")
    assert event.round_id == distribution.id and event.outcome == "RECORDED"
    kept = {row.sha256 for row, bytes_kept in proofs_of(parcels[0]) if bytes_kept is not None}
    assert kept == {proof["sha256"] for proof in proofs}


def test_the_list_answers_without_a_network(phone: Phone) -> None:
    world, parcels, distribution = at_round(["HOUSEHOLD_CARD"])
    enrolled(phone, world)
    # One label of the round was replaced by another: the old paper still hangs about.
    Code.objects.filter(text=parcels[2].code.text).update(state="REVOKED")
    phone.load(distribution)
    phone.choose("HAND_OVER")
    phone.cut()
    phone.wedge(parcels[2].code.text)
    phone.says("stop", "Label revoked")
    phone.wedge(parcels[3].code.text)
    phone.says("ask", "Not on this round")
    assert len(phone.held()) == 1
    phone.page.click("#verdict .acts button:last-of-type")
    phone.wedge(parcels[0].code.text)
    phone.until("document.querySelector('#confirm-proofs')")
    phone.wedge(_strange_card(world))
    phone.says("stop", "Wrong family")
    phone.join()
    phone.all_sent()
    outcomes = dict(ScanEvent.objects.filter(round_id=distribution.id).values_list("code_text", "outcome"))
    assert outcomes == {parcels[2].code.text: "REVOKED_LABEL", parcels[0].code.text: "WRONG_HOUSEHOLD"}


def test_both_cards_of_a_family_that_was_entered_twice_count_without_a_network(phone: Phone) -> None:
    world, parcels, distribution = at_round(["HOUSEHOLD_CARD"])
    twin = again(world, address="示例村一组", telephone="13800138000")
    search_duplicates(organisation=world.county, now=world.now)
    merged(world, visible_pairs(world.county).get(second=twin))
    enrolled(phone, world)
    phone.load(distribution)
    phone.choose("HAND_OVER")
    phone.cut()
    for parcel, card in ((parcels[0], twin.card_code), (parcels[1], world.family.card_code)):
        assert card is not None
        phone.wedge(parcel.code.text)
        phone.until("document.querySelector('#confirm-proofs')")
        phone.wedge(card.text)
        phone.until("!document.querySelector('#confirm-proofs').disabled")
        phone.page.click("#confirm-proofs")
        phone.says("taken", "Taken, waits to be sent")
    phone.join()
    phone.all_sent()
    told = ScanEvent.objects.filter(round_id=distribution.id).values_list("code_text", "outcome")
    assert dict(told) == {parcels[0].code.text: "RECORDED", parcels[1].code.text: "RECORDED"}


def _strange_card(world: World) -> str:
    beside = record_household(
        organisation=world.county,
        township="少云镇",
        division_code="990101001",
        head_name="示例邻居",
        address="示例村二组",
        telephone="13800138001",
        members=[MemberInput("示例女孩", "FEMALE", dt.date(2014, 6, 1), has_consent=True, relation="女儿")],
        now=timezone.now(),
    )  # fmt: skip -- one call
    return str(beside.card_code.text)


def test_what_the_device_carries_is_closed_to_others(phone: Phone) -> None:
    world, parcels, distribution = at_round([])
    enrolled(phone, world)
    phone.load(distribution)
    found = phone.page.evaluate(
        """async (code) => {
            const { transact, asked } = await import(`/scan/app/${document.body.dataset.version}/database.js`);
            const row = await transact(["packs"], "readonly", (tx) => asked(tx.objectStore("packs").get("current")));
            const key = await transact(["keys"], "readonly", (tx) => asked(tx.objectStore("keys").get("packs")));
            const text = new TextDecoder("latin1").decode(row.sealed);
            const raw = await crypto.subtle.exportKey("raw", key).then(() => "told", (error) => error.name);
            return [text.includes(code), key.extractable, raw];
        }""",
        parcels[0].code.text,
    )
    assert found == [False, False, "InvalidAccessError"]


def test_a_person_signs_in_by_pin_and_each_scan_knows_who(phone: Phone) -> None:
    world, parcels, _ = at_round([])
    set_pin(person=world.keeper, pin=PIN, now=timezone.now())
    enrolled(phone, world)
    phone.reload()
    phone.page.wait_for_timeout(500)
    phone.page.click("#brand")
    phone.page.click("dialog button:has-text('Who is scanning')")
    phone.page.click(f"dialog button:has-text('{world.keeper.name}')")
    phone.page.fill("#pin", "1111")
    phone.page.keyboard.press("Enter")
    phone.until("document.querySelector('[role=alert]').textContent.includes('4 tries left')")
    phone.page.fill("#pin", PIN)
    phone.page.keyboard.press("Enter")
    phone.until(f"document.querySelector('#step').textContent.includes('{world.keeper.name}')")
    phone.choose("HAND_OVER")
    phone.wedge(parcels[3].code.text)
    phone.says("good", "Recorded")
    assert ScanEvent.objects.get(step="HAND_OVER").operator_id == world.keeper.id


def test_a_revoked_device_forgets_all_but_what_it_owes(phone: Phone) -> None:
    world, parcels, distribution = at_round([])
    enrolled(phone, world)
    phone.load(distribution)
    phone.choose("HAND_OVER")
    phone.cut()
    phone.wedge(parcels[0].code.text)
    phone.says("taken", "Taken, waits to be sent")
    revoke_device(device=Device.objects.get(), reason="示例遗失", cause=Cause(now=timezone.now()))
    phone.page.wait_for_timeout(2_500)
    phone.join()
    phone.until("document.querySelector('[data-name=key]')")
    phone.page.wait_for_timeout(500)
    assert phone.held("packs") == [] and phone.held("keys") == []
    assert [row["code"] for row in phone.held()] == [parcels[0].code.text]
