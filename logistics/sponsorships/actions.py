"""Begin a sponsorship, let the child move on at school, plan the yearly grant, end it with thanks."""

import datetime as dt
import uuid

from django.utils import timezone

from logistics.codes.actions import issue_codes
from logistics.funds.models import Fund
from logistics.grants.actions import GRANT_MINOR_MAX, plan_grant
from logistics.grants.models import Grant
from logistics.households.consents import has_consent_for
from logistics.households.family_models import ConsentScope
from logistics.households.known_names import names_known_of
from logistics.households.models import Member
from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves
from logistics.kernel.hidden_signs import without_hidden_signs
from logistics.kernel.money import CURRENCIES
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.kernel.screening import NAMES_MAX, TEXT_LENGTH_MAX, Mark, marks_in
from logistics.parties.actors import Actor
from logistics.parties.models import Donor, Role
from logistics.sponsorships.models import EndReason, Sponsorship, SponsorshipGrant, SponsorshipStep, Stage
from logistics.sponsorships.sealed import leaf_of_sponsorship, leaf_of_step
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

ALIAS_LENGTH_MAX = 12
STEPS_MAX, YEARS_MAX = 50, 20
# A sponsorship is written down around the day on which it begins.
START_DAYS_MAX = 366
OFFICERS = (Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR)


class SponsorshipNotYours(NotAllowed):
    code = "sponsorship_not_yours"
    zh = "您的角色不能办理结对。"
    en = "Your role does not look after sponsorships."


class SponsorshipConsentMissing(Conflicting):
    code = "sponsorship_consent_missing"
    zh = "没有登记监护人（或年满十四周岁的本人）对结对的同意，请先登记。"
    en = "No consent to a sponsor is on record, by a guardian or from fourteen on the child; record it first."


class SponsoredAlready(Conflicting):
    code = "sponsored_already"
    zh = "这个孩子在这个专项下已有结对。"
    en = "This child has a sponsor under this fund already."


class AliasTells(Unacceptable):
    code = "alias_tells"
    zh = "化名须为 1 到 {most} 个字，且不能含有孩子或家人的名字、学校或住址。"
    en = "An alias has 1 to {most} characters, and nothing of a name, school or address of the family."


class SponsorshipOutOfBounds(Unacceptable):
    code = "sponsorship_out_of_bounds"
    zh = "金额、阶段、年份或日期不对。"
    en = "The amount, the stage, the year or the day cannot be."


class SponsorshipOver(Conflicting):
    code = "sponsorship_over"
    zh = "这份结对已经结束。"
    en = "This sponsorship is over."


class YearPlanned(Conflicting):
    code = "sponsorship_year_planned"
    zh = "这一年的资助已经安排。"
    en = "The grant of this year is planned already."


class ThanksTell(Unacceptable):
    code = "thanks_tell"
    zh = "感谢的话最多 {most} 个字，其中 {count} 处可能暴露孩子身份，请修改。"
    en = "Thanks have at most {most} characters; {count} places may give the child away: change them."


@action
def begin_sponsorship(
    *,
    actor: Actor,
    fund: Fund,
    donor: Donor,
    member: Member,
    alias: str,
    stage: str,
    yearly_minor: int,
    started_on: dt.date,
    currency: str = "CNY",
    now: dt.datetime,
    token: uuid.UUID,
) -> Sponsorship:
    """Begin a sponsorship of a child who, or whose guardian, agreed to one; the same token begins it once.

    Refuses SponsorshipNotYours, SponsorshipConsentMissing, SponsoredAlready, AliasTells, SponsorshipOutOfBounds.
    """
    require_officer(actor)
    sponsorship_id = derived_id(token, 0)
    standing = Sponsorship.objects.filter(id=sponsorship_id).first()
    if standing is not None:
        return standing
    # Locked, so that two at once are one.
    Member.objects.select_for_update().get(id=member.id)
    if Sponsorship.objects.filter(member=member, fund=fund).exclude(steps__end_reason__gt="").exists():
        raise SponsoredAlready
    today = timezone.localdate(now)
    require_consent(member, today)
    called = without_hidden_signs(alias).strip()
    if not 0 < len(called) <= ALIAS_LENGTH_MAX or marks_about(member, called) or called in member.name:
        raise AliasTells(most=ALIAS_LENGTH_MAX, pointer="/alias")
    is_amount = 0 < yearly_minor <= GRANT_MINOR_MAX and currency in CURRENCIES
    if not is_amount or stage not in Stage.values or abs((started_on - today).days) > START_DAYS_MAX:
        raise SponsorshipOutOfBounds(pointer="/yearly")
    organisation = member.household.organisation
    (code,) = issue_codes(kind="SPONSORSHIP", subjects=[sponsorship_id], organisation_id=organisation.id, now=now)
    row = Sponsorship.objects.create(
        id=sponsorship_id,
        organisation=organisation,
        fund=fund,
        donor=donor,
        member=member,
        code=code,
        alias=called,
        yearly_minor=yearly_minor,
        currency=currency,
        started_on=started_on,
        started_by_id=actor.holder_id,
        started_at=now,
    )
    append_leaves([leaf_of_sponsorship(row)])
    _add_step(row, actor, started_on, now, stage=stage)
    return row


@action
def move_on(*, actor: Actor, sponsorship: Sponsorship, stage: str, on: dt.date, now: dt.datetime) -> SponsorshipStep:
    """Note that a child has come further at school.

    Refuses SponsorshipNotYours, SponsorshipOver, SponsorshipOutOfBounds.
    """
    require_officer(actor)
    locked = require_running(sponsorship)
    if stage not in Stage.values:
        raise SponsorshipOutOfBounds(pointer="/stage")
    return _add_step(locked, actor, on, now, stage=stage)


@action
def plan_year(
    *,
    actor: Actor,
    sponsorship: Sponsorship,
    year: int,
    payee: str = "",
    payee_account: str = "",
    payee_bank: str = "",
    now: dt.datetime,
) -> Grant:
    """Plan the grant of one year, 0 being the first: another approves and pays it, as every grant, and within the
    fund's terms.

    Refuses SponsorshipNotYours, SponsorshipOver, SponsorshipConsentMissing (withdrawn since), SponsorshipOutOfBounds,
    YearPlanned, and what `plan_grant` refuses.
    """
    require_officer(actor)
    locked = require_running(sponsorship)
    require_consent(locked.member, timezone.localdate(now))
    if not 0 <= year < YEARS_MAX:
        raise SponsorshipOutOfBounds(pointer="/year")
    earlier = SponsorshipGrant.objects.filter(sponsorship=locked, year=year)
    # What a bank sent back is planned again.
    if earlier.exclude(grant__state="RETURNED").exists():
        raise YearPlanned
    member = locked.member
    grant, _ = plan_grant(
        actor=actor,
        fund=locked.fund,
        household=member.household,
        beneficiary=member,
        amount_minor=locked.yearly_minor,
        currency=locked.currency,
        payee=payee,
        payee_account=payee_account,
        payee_bank=payee_bank,
        reference=f"sponsorship-{locked.id}-{year}-{earlier.count()}",
        now=now,
    )
    SponsorshipGrant.objects.create(sponsorship=locked, year=year, grant=grant)
    return grant


@action
def end_sponsorship(
    *, actor: Actor, sponsorship: Sponsorship, reason: str, thanks: str, on: dt.date, now: dt.datetime
) -> SponsorshipStep:
    """End a sponsorship with thanks, which the sponsor reads.

    Refuses SponsorshipNotYours, SponsorshipOver, SponsorshipOutOfBounds (an unknown reason), ThanksTell.
    """
    require_officer(actor)
    locked = require_running(sponsorship)
    if reason not in EndReason.values:
        raise SponsorshipOutOfBounds(pointer="/reason")
    told = without_hidden_signs(thanks).strip()
    count = len(marks_about(locked.member, told)) if len(told) <= TEXT_LENGTH_MAX else 0
    if len(told) > TEXT_LENGTH_MAX or count:
        raise ThanksTell(most=TEXT_LENGTH_MAX, count=count, pointer="/thanks")
    return _add_step(locked, actor, on, now, end_reason=reason, thanks=told)


def marks_about(member: Member, text: str, *, language: str = "zh") -> list[Mark]:
    """Mark in a text what would give a child away, by the names that the vault knows of the family."""
    return marks_in(text, names=names_known_of(member.household)[:NAMES_MAX], language=language)


def require_officer(actor: Actor) -> None:
    """Refuse SponsorshipNotYours for whoever does not look after sponsorships."""
    if actor.person is None or not actor.person.has_role(*OFFICERS):
        raise SponsorshipNotYours


def require_consent(member: Member, on: dt.date) -> None:
    """Refuse SponsorshipConsentMissing where nobody agrees, on a day, to this child being sponsored."""
    if not has_consent_for(member, ConsentScope.SPONSOR, on):
        raise SponsorshipConsentMissing


def require_running(sponsorship: Sponsorship) -> Sponsorship:
    """Lock a sponsorship that goes on, inside the caller's transaction. Refuses SponsorshipOver."""
    Sponsorship.objects.select_for_update().get(id=sponsorship.id)
    rows = Sponsorship.objects.select_related("fund__programme", "member__household__organisation", "organisation")
    locked = rows.get(id=sponsorship.id)
    if SponsorshipStep.objects.filter(sponsorship=locked, end_reason__gt="").exists():
        raise SponsorshipOver
    return locked


def _add_step(
    row: Sponsorship,
    actor: Actor,
    on: dt.date,
    now: dt.datetime,
    *,
    stage: str = "",
    end_reason: str = "",
    thanks: str = "",
) -> SponsorshipStep:
    position = SponsorshipStep.objects.filter(sponsorship=row).count()
    if position >= STEPS_MAX:
        raise SponsorshipOutOfBounds
    step_id = new_id()
    kept = keep_texts({step_id: {"thanks": thanks}} if thanks else {})
    step = SponsorshipStep.objects.create(
        id=step_id,
        sponsorship=row,
        position=position,
        stage=stage,
        end_reason=end_reason,
        thanks_commitment=kept.get(step_id, {}).get("thanks", ""),
        on=on,
        noted_by_id=actor.holder_id,
        noted_at=now,
    )
    append_leaves([leaf_of_step(step)])
    return step
