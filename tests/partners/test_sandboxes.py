"""Sandboxes: beside the tree, filled, begun anew; what is for tests and what is real never meet."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from logistics.journal.models import Balance, Transfer
from logistics.journal.revisions import Cause
from logistics.outbox.endpoints import register_endpoint
from logistics.parcels.actions import plan_parcels
from logistics.parties.actions import register_organisation
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Programme
from logistics.parties.reads import OrganisationMissing, visible_organisations, visible_programmes
from logistics.partners.keys import issue_key
from logistics.partners.known import find_key
from logistics.partners.models import ApiKey, KeyKind, Sandbox
from logistics.partners.reads import SandboxMissing, get_sandbox, is_sandbox, owner_for, visible_keys
from logistics.partners.sandboxes import KITS, codes_in, open_sandbox, reset_sandbox
from logistics.press.label_rows import label_rows
from logistics.press.models import LabelBatch
from logistics.stock.actions import CodeReserved, register_item
from logistics.stock.models import KitRecipe, Warehouse
from logistics.stock.reads import listed_items
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.neighbours import below, far_away


@pytest.fixture
def sandbox(world: World) -> Sandbox:
    """The county's sandbox."""
    return open_sandbox(owner=world.county, now=timezone.now(), cause=Cause())


def test_a_sandbox_is_opened_once_and_filled(world: World, sandbox: Sandbox) -> None:
    assert open_sandbox(owner=world.county, now=timezone.now(), cause=Cause()) == sandbox
    assert get_sandbox(sandbox.organisation) == sandbox
    warehouse = Warehouse.objects.get(code=codes_in(sandbox)["warehouse"])
    kits = Balance.objects.get(account=warehouse.account, quantity__gt=0)
    assert kits.quantity == KITS
    assert_books_close()


def test_it_stands_in_no_tree_but_its_own(world: World, sandbox: Sandbox) -> None:
    assert is_sandbox(sandbox.organisation) and not is_sandbox(world.county)
    assert sandbox.organisation not in visible_organisations(world.province)
    assert not visible_programmes(world.county).filter(code__startswith="sandbox-").exists()
    assert list(visible_organisations(sandbox.organisation)) == [sandbox.organisation]
    assert not listed_items().filter(code__startswith="sandbox-").exists()
    assert listed_items(with_tests=True).filter(code__startswith="sandbox-").count() == 3


def test_no_transfer_joins_the_two(world: World, sandbox: Sandbox) -> None:
    world.stock_kits(3)
    tests = {row.id for row in visible_organisations(sandbox.organisation)}
    for row in Transfer.objects.select_related("credit", "debit"):
        sides = {account.organisation_id in tests for account in (row.credit, row.debit)}
        assert len(sides) == 1


def test_the_database_lets_one_sandbox_stand_open(world: World, sandbox: Sandbox) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Sandbox.objects.create(owner=world.county, organisation=world.province, mark="x", opened_at=timezone.now())


def test_a_key_of_a_sandbox_is_one_for_tests_whatever_is_asked_for(world: World, sandbox: Sandbox) -> None:
    row, text = issue_key(organisation=sandbox.organisation, name="x", scopes=["admin"], now=timezone.now())
    assert row.kind == KeyKind.TEST and text.startswith("nuanliu_test_")
    assert find_key(text) == row
    assert list(visible_keys(world.county)) == [row]
    assert not visible_keys(world.stranger_county).exists()


@pytest.mark.parametrize("is_test", [True, False])
def test_a_row_whose_kind_and_body_disagree_is_no_key(world: World, sandbox: Sandbox, is_test: bool) -> None:
    own, other = (sandbox.organisation, world.county) if is_test else (world.county, sandbox.organisation)
    row, text = issue_key(organisation=own, name="x", scopes=["admin"], now=timezone.now())
    # As if somebody had written into the table.
    ApiKey.objects.filter(id=row.id).update(organisation=other)
    assert find_key(text) is None


def test_a_reset_leaves_everything_behind_and_takes_the_keys_along(world: World, sandbox: Sandbox) -> None:
    now = timezone.now()
    row, text = issue_key(organisation=sandbox.organisation, name="x", scopes=["admin"], now=now)
    endpoint = register_endpoint(
        organisation_id=sandbox.organisation_id, url="https://93.184.216.34/", kinds=[], now=now
    )
    assert find_key(text) == row
    opened = reset_sandbox(sandbox=sandbox, now=now, cause=Cause())
    found = find_key(text)
    assert found is not None and found.organisation == opened.organisation != sandbox.organisation
    assert found.holder_id != row.holder_id
    endpoint.refresh_from_db()
    assert endpoint.organisation_id == opened.organisation_id
    assert codes_in(opened)["fund"] != codes_in(sandbox)["fund"]
    sandbox.refresh_from_db()
    assert sandbox.closed_at == now and get_sandbox(world.county) == opened
    # Asked for by two at once, the second finds it done.
    assert reset_sandbox(sandbox=sandbox, now=now, cause=Cause()) == opened


def test_a_body_without_one_is_told_so(world: World) -> None:
    with pytest.raises(SandboxMissing):
        get_sandbox(world.county)


def test_labels_of_a_sandbox_say_so(world: World, sandbox: Sandbox) -> None:
    codes = codes_in(sandbox)
    parcel = plan_parcels(
        actor=Actor(sandbox.organisation, sandbox.id),
        programme=Programme.objects.get(code=codes["programme"]),
        warehouse=Warehouse.objects.get(code=codes["warehouse"]),
        recipe=KitRecipe.objects.get(code=codes["kit_recipe"]),
        count=1,
        now=timezone.now(),
    )[0]
    for body, printed, is_test in ((sandbox.organisation, parcel, True), (world.county, world.parcel(), False)):
        batch = LabelBatch(organisation=body, parcel_ids=[str(printed.id)])
        assert [row.label.is_test for row in label_rows(batch, released=0)] == [is_test]


def test_codes_and_owners_stay_on_their_side(world: World, sandbox: Sandbox) -> None:
    with nothing_written(), pytest.raises(CodeReserved):
        register_item(code="sandbox-x", name_zh="x")
    assert owner_for(world.province.code, world.county) == world.province
    for code, asked_by in ((world.county.code, sandbox.organisation), (sandbox.mark, world.county)):
        with pytest.raises(OrganisationMissing):
            owner_for(code, asked_by)
    assert Organisation.objects.get(code=sandbox.mark).parent is None


def test_nobody_puts_a_fund_into_the_books_of_a_neighbour(world: World) -> None:
    beside, below_us = world.stranger_county, below(world.county)
    foundation = register_organisation(code="示例基金会", name_zh="示例基金会", kind="FOUNDATION", level="PROVINCE")
    for owner in (world.county, world.province, below_us, foundation):
        assert owner_for(owner.code, world.county) == owner
    for owner in (beside, far_away()):
        with pytest.raises(OrganisationMissing):
            owner_for(owner.code, world.county)
