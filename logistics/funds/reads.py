"""Ask for funds."""

import uuid

from django.db.models import Q, QuerySet

from logistics.funds.models import Fund
from logistics.journal.models import Account, AccountKind, Balance
from logistics.kernel.refusals import Conflicting, Missing, Unacceptable
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation, Programme
from logistics.storage.remembered import Remembered

CANDIDATES_MAX = 10


class FundMissing(Missing):
    code = "fund_missing"
    zh = "没有专项 {fund}。"
    en = "There is no fund {fund}."


class FundRequired(Unacceptable):
    code = "fund_required"
    zh = "请指明专项。可选：{candidates}。"
    en = "Name the fund. Candidates: {candidates}."


class FundNotHandedDown(Conflicting):
    code = "fund_not_handed_down"
    zh = "本单位没有专项 {fund} 的资金，须先由上级下拨。"
    en = "There is no money of fund {fund} here; a body above has to hand it down first."


def visible_funds(organisation: Organisation) -> "QuerySet[Fund]":
    """Return the funds that an organisation or one below it owns or holds."""
    below = organisation_ids_below(organisation)
    return Fund.objects.filter(Q(holder__in=below) | Q(owner__in=below)).order_by("id")


def funds_at_hand(organisation: Organisation) -> "QuerySet[Fund]":
    """Return the visible funds and those of which money or goods were handed down to the organisation or below it."""
    below = organisation_ids_below(organisation)
    places = Account.objects.filter(organisation_id__in=below, kind__in=[AccountKind.BANK, AccountKind.WAREHOUSE])
    there = Balance.objects.filter(account__in=places).values("lot__purse")
    return Fund.objects.filter(Q(holder__in=below) | Q(owner__in=below) | Q(purse__in=there)).order_by("id")


def get_fund(*, code: str, organisation: Organisation) -> Fund:
    """Return the fund with this code. Refuses FundMissing, also for another organisation's."""
    # Every gift asks this: who sees it is told by paths that are read with it, not by a query of their own.
    found = next(iter(_FUNDS.rows([code])), None)
    if found is None or not any(body.path.startswith(organisation.path) for body in (found.holder, found.owner)):
        raise FundMissing(fund=code, pointer="/fund")
    return found


def get_fund_at_hand(*, code: str, organisation: Organisation) -> Fund:
    """Return the fund with this code, also one of which something was handed down. Refuses FundMissing."""
    return _found(funds_at_hand(organisation), code)


def bank_that_pays(*, fund: Fund, organisation: Organisation) -> Account:
    """Return whose bank account pays: the organisation's own where money of the fund was ever handed down to it, else
    the holder's, for those who hold or own the fund or stand above them. Refuses FundNotHandedDown.
    """
    if organisation.id == fund.holder_id:
        return fund.bank_account
    own = Account.objects.filter(kind=AccountKind.BANK, subject_id=organisation.id, detail="").first()
    # Also where nothing is left: what it was given is all that it may spend.
    if own and Balance.objects.filter(account=own, lot__purse_id=fund.purse_id).exists():
        return own
    if not any(body.path.startswith(organisation.path) for body in (fund.holder, fund.owner)):
        raise FundNotHandedDown(fund=fund.code, pointer="/fund")
    return fund.bank_account


def bank_of_body(*, fund: Fund, organisation_id: uuid.UUID) -> Account:
    """Return the bank account in which a body has money of a fund: its holder, or one to which it was handed down."""
    if organisation_id == fund.holder_id:
        return fund.bank_account
    return Account.objects.get(kind=AccountKind.BANK, subject_id=organisation_id, detail="")


def candidate_funds(programme: Programme, organisation: Organisation) -> "QuerySet[Fund]":
    """Return the funds of a programme that the organisation may use."""
    return _named(visible_funds(organisation).filter(programme=programme))


def unrestricted_fund_of(programme: Programme, organisation: Organisation) -> Fund:
    """Return the programme's one unrestricted fund. Refuses FundRequired where there is none, or more than one."""
    funds = candidate_funds(programme, organisation)
    free = list(funds.filter(purse__is_restricted=False)[:2])
    if len(free) != 1:
        names = list(funds.values_list("code", flat=True)[:CANDIDATES_MAX])
        raise FundRequired(candidates=names, pointer="/fund")
    return free[0]


def _named(rows: "QuerySet[Fund]") -> "QuerySet[Fund]":
    return rows.select_related("purse", "programme", "bank_account", "holder", "owner")


_FUNDS = Remembered(lambda codes: _named(Fund.objects.filter(code__in=codes)))


def _found(rows: "QuerySet[Fund]", code: str) -> Fund:
    found = _named(rows).filter(code=code).first()
    if found is None:
        raise FundMissing(fund=code, pointer="/fund")
    return found
