"""A merge is taken back, a key is changed, a device revoked, while somebody is in the middle of something else."""

import hashlib
from pathlib import Path

import pytest
from django.utils import timezone

from logistics.deliveries.proofs import keep_proof
from logistics.households.duplicates import PairDecided, keep_apart
from logistics.households.merges import MergeUndone, undo_merge
from logistics.households.models import Household, Member
from logistics.households.proofs import original_of
from logistics.journal.revisions import Cause
from logistics.journal.verifying_history import require_history
from logistics.kernel.refusals import Refusal
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.parties.devices import enrol_device, issue_enrolment, revoke_device
from logistics.storage.rotation import encrypted_tables, prepare_key, reencrypt_chunk, switch_key
from tests.cast import World
from tests.households.test_duplicates import REASON, merged, twins
from tests.households.test_erasure import said_of
from tests.households.test_erasure_races import CANARY, _erasing, while_open
from tests.journal.test_races import WRITERS, _at_once
from tests.lists.conftest import girl
from tests.looking import assert_books_close
from tests.management.test_rotate_data_keys import own_ring
from tests.papers import photo

__all__ = ["own_ring"]
pytestmark = pytest.mark.engine("postgresql")


def test_a_merge_is_taken_back_by_one(committed_world: World) -> None:
    world = committed_world
    merge = merged(world, twins(world))
    actor = world.as_actor(world.officer)
    results = _at_once(lambda _: undo_merge(actor=actor, merge=merge, reason=REASON, now=world.now))
    assert sum(isinstance(result, MergeUndone) for result in results) == WRITERS - 1
    assert not Household.objects.filter(merged_into__isnull=False).exists()
    require_history()


def test_a_pair_is_merged_or_kept_apart_and_never_both(committed_world: World) -> None:
    world = committed_world
    pair = twins(world)
    actor, sides = world.as_actor(world.officer), ("FIRST", "SECOND")

    def decide(number: int) -> object:
        if number % 3 == 0:
            return keep_apart(actor=actor, pair=pair, reason=REASON, now=world.now)
        return merged(world, pair, survivor=sides[number % 2])

    results = _at_once(decide)
    assert sum(isinstance(result, PairDecided) for result in results) == WRITERS - 1
    assert Household.objects.filter(merged_into__isnull=False).count() <= 1


@pytest.mark.parametrize("is_planned_first", [True, False])
def test_a_parcel_is_planned_while_the_merge_is_taken_back(committed_world: World, is_planned_first: bool) -> None:
    world = committed_world
    world.stock_kits(2)
    merge = merged(world, twins(world, (girl(name="李小芳"),), (girl(name="李小花"),)))
    child = Member.objects.filter(household=merge.survivor, merged_into__isnull=True).order_by("-id")[0]
    officer = world.as_actor(world.officer)

    def plan() -> object:
        return plan_parcels(
            actor=world.partner,
            programme=world.warm,
            warehouse=world.warehouse,
            recipe=world.recipe,
            recipients=[Recipient(merge.survivor, child)],
            now=world.now,
        )[0]

    def undo() -> object:
        return undo_merge(actor=officer, merge=merge, reason=REASON, now=world.now)

    one, other = while_open(plan, undo) if is_planned_first else while_open(undo, plan)
    assert not isinstance(one, Refusal), one
    assert not isinstance(other, Exception) or isinstance(other, Refusal)
    assert Parcel.objects.count() == sum(isinstance(end, Parcel) for end in (one, other))
    assert_books_close()
    require_history()


def test_what_is_erased_does_not_come_back_with_a_new_key(committed_world: World, own_ring: Path) -> None:
    world = committed_world
    Household.objects.filter(id=world.family.id).update(address=f"{CANARY}巷")
    assert CANARY in said_of(world.family)
    switch_key(prepare_key(), now=timezone.now())

    def rotate() -> int:
        return sum(chunk.values for table in encrypted_tables() if (chunk := reencrypt_chunk(table)))

    erased, rotated = while_open(_erasing(world), rotate)
    assert not isinstance(erased, Refusal) and isinstance(rotated, int) and rotated > 0
    assert CANARY not in said_of(world.family)


def test_a_device_revoked_in_the_middle_keeps_what_it_was_sending(committed_world: World) -> None:
    """The photo is stored whole or not at all, and the device stays revoked."""
    world = committed_world
    now, data = timezone.now(), photo()
    _, token = issue_enrolment(organisation=world.county, issued_by=world.officer, now=now)
    device = enrol_device(token=token, name="示例手机", now=now)
    sha256 = hashlib.sha256(data).hexdigest()
    actor, cause = Actor(world.county, device.id, key_name="示例手机"), Cause(world.officer.id, "丢了", now)
    kept, revoked = while_open(
        lambda: keep_proof(actor=actor, sha256=sha256, data=data, now=now),
        lambda: revoke_device(device=device, reason="手机丢了", cause=cause),
    )
    assert not isinstance(kept, Refusal) and not isinstance(revoked, Refusal)
    device.refresh_from_db()
    assert device.revoked_at is not None
    assert original_of(kept[0])
