"""From a figure down to its entries, to one entry, to its proof, and up again to the parcel and the gift."""

import re

from logistics.journal.actions import reverse_entry
from logistics.journal.models import JournalEntry
from logistics.journal.sealing import seal_leaves
from tests.cast import World
from tests.web.conftest import Visitor


def _links(page: str) -> list[str]:
    return [address.replace("&amp;", "&") for address in re.findall(r'<td[^>]*>\s*<a href="([^"]+)"', page)]


def test_a_figure_leads_to_its_entries_and_to_one_entry(world: World) -> None:
    world.walk(world.parcel())
    visitor = Visitor("auditor", "en")
    balance = visitor.get("/ledgers/trial-balance?from=2026-01-01&as_of=2026-01-31").content.decode()
    household = next(link for link in _links(balance) if "account_kind=HOUSEHOLD" in link)
    assert "from=2026-01-01" in household and "as_of=2026-01-31" in household
    lines = _links(visitor.get(household).content.decode())
    entry = JournalEntry.objects.get(kind="HAND_OVER")
    assert lines == [f"/entries/{entry.id}"]
    assert visitor.get(lines[0]).status_code == 200


def test_an_entry_says_everything_that_an_auditor_asks(world: World) -> None:
    gift = world.give_money(12_345)
    seal_leaves(now=world.now)
    page = Visitor("auditor", "en").get(f"/entries/{gift.entry_id}").content.decode()
    for part in ("Donation", "2026-01-12", "¥123.45", world.donor.reference, "warm-2026", "2026-01-1", "2601"):
        assert part in page, part
    assert f"/trace/{gift.code.text}" in page
    assert f"/entries/{gift.entry_id}/proof" in page
    assert world.donor.name not in page
    assert "捐赠" in Visitor("auditor").get(f"/entries/{gift.entry_id}").content.decode()


def test_an_entry_and_its_reversal_lead_to_each_other(world: World) -> None:
    gift = world.give_money(500)
    mirror = reverse_entry(entry=gift.entry, now=world.now, reason_key="mistake", actor_id=world.officer.id)
    visitor = Visitor("auditor", "en")
    first, second = (visitor.get(f"/entries/{row}").content.decode() for row in (gift.entry_id, mirror.id))
    assert f'href="/entries/{mirror.id}"' in first and "This entry was reversed." in first
    assert f'href="/entries/{gift.entry_id}"' in second and world.officer.name in second
    assert f"/trace/{gift.code.text}" in second


def test_an_entry_of_a_parcel_leads_to_it(world: World) -> None:
    parcel = world.walk(world.parcel())
    for entry in JournalEntry.objects.filter(kind__in=["RESERVE", "PACK", "HAND_OVER"]):
        page = Visitor("auditor", "en").get(f"/entries/{entry.id}").content.decode()
        assert f"/trace/{parcel.code.text}" in page


def test_the_proof_is_handed_out_once_the_entry_is_sealed(world: World) -> None:
    gift = world.give_money(500)
    visitor = Visitor("auditor", "en")
    assert visitor.get(f"/entries/{gift.entry_id}/proof").status_code == 409
    assert "proof" not in visitor.get(f"/entries/{gift.entry_id}").content.decode().split("<main")[1]
    seal_leaves(now=world.now)
    answer = visitor.get(f"/entries/{gift.entry_id}/proof")
    assert answer.content.decode().startswith("c2sp.org/tlog-proof")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_stranger_and_a_keeper_find_no_entry(world: World) -> None:
    gift = world.give_money(500)
    for username in ("stranger", "keeper"):
        for tail in ("", "/proof"):
            assert Visitor(username).get(f"/entries/{gift.entry_id}{tail}").status_code == 404


def test_a_ledger_page_is_fixed_by_a_day_and_a_moment(world: World) -> None:
    world.give_money(500)
    visitor = Visitor("auditor", "en")
    query = "as_of=2026-01-12&known_at=2026-01-12T10%3A00"
    before = visitor.get(f"/ledgers/donations?{query}").content.decode()
    assert "This ledger is fixed" in before
    world.give_money(700, at=world.now)
    files = [
        b"".join(visitor.get(f"/ledgers/donations?{query}&format={form}").streaming_content) for form in ("csv", "xlsx")
    ]
    assert files[0].count(b"\n") == 3, "both gifts were posted at that moment"
    assert files[1][:2] == b"PK"
    late = "/ledgers/donations?known_at=2999-01-01T00%3A00"
    assert "must lie at least" in visitor.client.get(late, follow=True).content.decode()
    assert "This is no day" in visitor.client.get("/ledgers/donations?as_of=x", follow=True).content.decode()
