"""Ask for funds."""

from django.db.models import Q, QuerySet

from logistics.funds.models import Fund
from logistics.kernel.refusals import Missing, Unacceptable
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation, Programme

CANDIDATES_MAX = 10


class FundMissing(Missing):
    code = "fund_missing"
    zh = "没有专项 {fund}。"
    en = "There is no fund {fund}."


class FundRequired(Unacceptable):
    code = "fund_required"
    zh = "请指明专项。可选：{candidates}。"
    en = "Name the fund. Candidates: {candidates}."


def visible_funds(organisation: Organisation) -> "QuerySet[Fund]":
    """Return the funds that an organisation or one below it owns or holds."""
    below = organisation_ids_below(organisation)
    return Fund.objects.filter(Q(holder__in=below) | Q(owner__in=below)).order_by("id")


def get_fund(*, code: str, organisation: Organisation) -> Fund:
    """Return the fund with this code. Refuses FundMissing, also for another organisation's."""
    rows = visible_funds(organisation).select_related("purse", "programme", "bank_account", "holder", "owner")
    found = rows.filter(code=code).first()
    if found is None:
        raise FundMissing(fund=code, pointer="/fund")
    return found


def candidate_funds(programme: Programme, organisation: Organisation) -> "QuerySet[Fund]":
    """Return the funds of a programme that the organisation may use."""
    rows = visible_funds(organisation).filter(programme=programme)
    return rows.select_related("purse", "programme", "bank_account", "holder", "owner")


def unrestricted_fund_of(programme: Programme, organisation: Organisation) -> Fund:
    """Return the programme's one unrestricted fund. Refuses FundRequired where there is none, or more than one."""
    funds = candidate_funds(programme, organisation)
    free = list(funds.filter(purse__is_restricted=False)[:2])
    if len(free) != 1:
        names = list(funds.values_list("code", flat=True)[:CANDIDATES_MAX])
        raise FundRequired(candidates=names, pointer="/fund")
    return free[0]
