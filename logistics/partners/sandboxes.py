"""Sandboxes: a body beside the tree, with books, goods and a family of its own that mean nothing.

Nothing of the books is ever deleted, so a reset closes the sandbox and opens another one, to which its keys move.
"""

import datetime as dt

from logistics.donations.actions import record_money_donation
from logistics.funds.actions import register_fund
from logistics.households.actions import MemberInput, record_household
from logistics.journal.revisions import Cause, facts_of, note_changed, note_registered
from logistics.kernel.eligibility import Terms
from logistics.outbox.endpoints import move_endpoints
from logistics.parties.access import organisation_ids_below
from logistics.parties.actions import NewDonor, register_organisation, register_programme, register_supplier
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.partners.known import forget_key
from logistics.partners.models import ApiKey, KeyKind, Sandbox
from logistics.partners.reads import find_sandbox
from logistics.stock.actions import assemble_kits, register_item, register_kit_recipe, register_warehouse
from logistics.stock.models import SANDBOX_PREFIX, Item
from logistics.stock.purchases import PurchaseLineInput, record_purchase
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

MARK_LENGTH = 6
# What a new sandbox holds: kits ready to be packed, and money that is not spent.
KITS, KIT_FEN, MONEY_FEN = 100, 15_000, 10_000_000
_ITEMS = (("gloves", "测试手套", "Test gloves", 120, 5_000), ("vest", "测试马甲", "Test vest", 600, 10_000))


@action
def open_sandbox(*, owner: Organisation, now: dt.datetime, cause: Cause) -> Sandbox:
    """Return the open sandbox of a body, opening and filling one where there is none. In a sandbox, that one."""
    return find_sandbox(owner) or _opened(owner, now, cause)


@action
def reset_sandbox(*, sandbox: Sandbox, now: dt.datetime, cause: Cause) -> Sandbox:
    """Close a sandbox and open another for the same body; its keys and webhook endpoints move there.

    The keys become new holders: what they told before is not known again. Of two resets at once one is made.
    """
    locked = Sandbox.objects.select_for_update().select_related("owner", "organisation").get(id=sandbox.id)
    if locked.closed_at is not None:
        return open_sandbox(owner=locked.owner, now=now, cause=cause)
    before = facts_of(locked)
    locked.closed_at = now
    locked.save(update_fields=["closed_at"])
    note_changed(locked, before=before, cause=cause)
    opened = _opened(locked.owner, now, cause)
    for key in ApiKey.objects.filter(kind=KeyKind.TEST, organisation__path__startswith=locked.organisation.path):
        _move(key, opened, cause)
    below = organisation_ids_below(locked.organisation)
    move_endpoints(organisation_ids=below, to=opened.organisation.id, now=now, cause=cause)
    return opened


def codes_in(sandbox: Sandbox) -> dict[str, str | list[str]]:
    """Say the codes of what a sandbox begins with."""
    named = {"programme": "programme", "fund": "fund", "warehouse": "warehouse", "supplier": "supplier"}
    codes: dict[str, str | list[str]] = {name: f"{sandbox.mark}-{word}" for name, word in named.items()}
    return {**codes, "kit_recipe": f"{sandbox.mark}-kit", "items": [SANDBOX_PREFIX + code for code, *_ in _ITEMS]}


def _move(key: ApiKey, sandbox: Sandbox, cause: Cause) -> None:
    before = facts_of(key)
    key.organisation, key.holder_id = sandbox.organisation, new_id()
    key.save(update_fields=["organisation", "holder_id"])
    note_changed(key, before=before, cause=cause)
    forget_key(key.prefix)


def _opened(owner: Organisation, now: dt.datetime, cause: Cause) -> Sandbox:
    sandbox_id = new_id()
    mark = f"{SANDBOX_PREFIX}{sandbox_id.hex[-MARK_LENGTH:]}"
    body = register_organisation(
        code=mark,
        name_zh=f"测试沙箱 · {owner.name_zh}"[:120],
        name_en=f"Sandbox · {owner.name_en or owner.name_zh}"[:120],
        kind=owner.kind,
        level=owner.level,
        cause=cause,
    )
    row = Sandbox(id=sandbox_id, owner=owner, organisation=body, mark=mark, opened_at=now)
    row.save(force_insert=True)
    note_registered([row], cause=cause)
    _fill(row, now, cause)
    return row


def _fill(sandbox: Sandbox, now: dt.datetime, cause: Cause) -> None:
    body, mark = sandbox.organisation, sandbox.mark
    programme = register_programme(
        organisation=body, code=f"{mark}-programme", name_zh="测试项目", name_en="Test programme", cause=cause
    )
    fund = register_fund(
        code=f"{mark}-fund",
        name_zh="测试专项",
        name_en="Test fund",
        programme=programme,
        owner=body,
        holder=body,
        basis="OWN",
        terms=Terms(),
        now=now,
        cause=cause,
    )
    warehouse = register_warehouse(
        organisation=body, code=f"{mark}-warehouse", name_zh="测试仓库", name_en="Test warehouse", cause=cause
    )
    supplier = register_supplier(
        organisation=body, code=f"{mark}-supplier", name_zh="测试供应商", name_en="Test supplier", cause=cause
    )
    items = _items(cause)
    recipe = register_kit_recipe(
        code=f"{mark}-kit",
        name_zh="测试暖心包",
        name_en="Test pack",
        programme=programme,
        lines=[(item, 1) for item, _ in items],
        cause=cause,
    )
    _record_family(body, now, cause)
    actor = Actor(body, sandbox.id, key_name="sandbox")
    record_money_donation(
        actor=actor,
        programme=programme,
        fund=fund,
        donor=NewDonor("ORGANISATION", "测试捐赠单位"),
        amount_minor=MONEY_FEN + KITS * KIT_FEN,
        received_at=now,
        reference=f"{mark}-opening",
        now=now,
    )
    record_purchase(
        actor=actor,
        fund=fund,
        supplier=supplier,
        warehouse=warehouse,
        purchased_at=now,
        lines=[PurchaseLineInput(item, KITS, fen * KITS) for item, fen in items],
        invoice="TEST",
        reference=f"{mark}-opening",
        now=now,
    )
    assemble_kits(actor=actor, recipe=recipe, warehouse=warehouse, fund=fund, quantity=KITS, now=now)


def _items(cause: Cause) -> list[tuple[Item, int]]:
    """Return the two items of all sandboxes with their prices in fen; items belong to no body."""
    known = {item.code: item for item in Item.objects.filter(code__startswith=SANDBOX_PREFIX)}
    return [
        (
            known.get(SANDBOX_PREFIX + code)
            or register_item(
                code=SANDBOX_PREFIX + code,
                name_zh=zh,
                name_en=en,
                weight_grams=grams,
                is_for_tests=True,
                cause=cause,
            ),
            fen,
        )
        for code, zh, en, grams, fen in _ITEMS
    ]


def _record_family(body: Organisation, now: dt.datetime, cause: Cause) -> None:
    record_household(
        organisation=body,
        township="测试镇",
        division_code="",
        head_name="测试家庭",
        members=[MemberInput("测试儿童", "FEMALE", dt.date(now.year - 10, 6, 1), has_consent=True)],
        now=now,
        cause=cause,
    )
