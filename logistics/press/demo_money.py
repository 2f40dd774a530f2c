"""What the demonstration's money did beside gifts, purchases and grants; and the rules on management cost, as data.

The two rules for foundations are what the Charity Law says; the one for federations is made up and says so.
"""

import datetime as dt
import hashlib
import uuid

from logistics.funds.agreements import record_agreement
from logistics.funds.cost_rules import record_cost_rule
from logistics.funds.costs import approve_cost, propose_cost
from logistics.funds.interest import approve_interest, propose_interest
from logistics.funds.models import Fund
from logistics.funds.money_models import CostRule
from logistics.parties.actors import Actor

# Kind of body, base, thousandths, since when, whether it is made up, and which text says so.
RULES = (
    (
        *("FOUNDATION", "YEAR_EXPENDITURE", 100, dt.date(2016, 9, 1), False),
        "《中华人民共和国慈善法》（2016年9月1日起施行）第六十条：具有公开募捐资格的基金会，年度管理费用不得超过当年总支出的百分之十",
    ),
    (
        *("FOUNDATION", "YEAR_EXPENDITURE", 100, dt.date(2024, 9, 5), False),
        "《中华人民共和国慈善法》（2023年修正，2024年9月5日起施行）第六十一条：具有公开募捐资格的基金会，年度管理费用不得超过当年总支出的百分之十",
    ),
    (
        *("FEDERATION", "YEAR_EXPENDITURE", 50, dt.date(2020, 1, 1), True),
        "示例规则，仅供演示；请按上级文件或协议登记本单位适用的规定",
    ),
)
# Category, fen, to whom, days ago.
COSTS = (("BANK_FEE", 1_200, "示例银行", 9), ("TRANSPORT", 30_000, "示例车队", 6), ("MANAGEMENT", 2_000, "", 5))
INTEREST_MINOR = 333


def fill_money(*, fund: Fund, officer: Actor, approver_id: uuid.UUID, now: dt.datetime) -> None:
    """Record an agreement, costs, interest and the rules; the last cost still waits for approval."""
    approver = Actor(officer.organisation, approver_id, key_name="示例审批设备")
    for kind, base, per_mille, since, is_example, source in RULES:
        if not CostRule.objects.filter(organisation_kind=kind, basis="", in_force_from=since).exists():
            record_cost_rule(
                organisation_kind=kind,
                base=base,
                per_mille=per_mille,
                source=source,
                is_example=is_example,
                in_force_from=since,
                now=now,
            )
    record_agreement(
        actor=officer,
        fund=fund,
        number="示例协议-2026-01",
        signed_on=(now - dt.timedelta(days=45)).date(),
        document_sha256=_made_up("agreement"),
        purpose="为困难家庭儿童购买暖心包",
        management_cap_per_mille=30,
        now=now - dt.timedelta(days=41),
    )
    _earn(fund, officer, approver, now - dt.timedelta(days=10))
    for number, (category, amount_minor, payee, days) in enumerate(COSTS):
        day = now - dt.timedelta(days=days)
        cost, _ = propose_cost(
            actor=officer,
            fund=fund,
            category=category,
            amount_minor=amount_minor,
            payee=payee,
            incurred_at=day,
            evidence_sha256=_made_up(category),
            reference=f"demo-cost-{number}",
            reason="示例",
            now=day,
        )
        if number < len(COSTS) - 1:
            approve_cost(actor=approver, cost=cost, now=day)


def _earn(fund: Fund, officer: Actor, approver: Actor, day: dt.datetime) -> None:
    interest, _ = propose_interest(
        actor=officer,
        fund=fund,
        amount_minor=INTEREST_MINOR,
        earned_at=day,
        evidence_sha256=_made_up("interest"),
        reference="demo-interest-1",
        now=day,
    )
    approve_interest(actor=approver, interest=interest, now=day)


def _made_up(name: str) -> str:
    return hashlib.sha256(f"示例文件：{name}".encode()).hexdigest()
