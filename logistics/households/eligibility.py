"""Judge whether a use of a fund is within its terms, and issue the permit that the books ask for."""

import datetime as dt
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from logistics.funds.actions import terms_on
from logistics.funds.models import Fund, FundRevision
from logistics.households.consents import CONSENT_AGE, is_under_consent_age
from logistics.households.models import Household, Member, PermitFacts
from logistics.journal.actions import issue_permits
from logistics.journal.models import Permit
from logistics.kernel.canonical import CanonicalValue, canonical_bytes
from logistics.kernel.eligibility import BeneficiaryFacts, Terms, unmet_terms
from logistics.kernel.refusals import Unacceptable
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

PERMIT_VALID_DAYS = 400
SALT_BYTES = 32


class BeneficiaryRequired(Unacceptable):
    code = "beneficiary_required"
    zh = "专项 {fund} 按人发放，请指明受益人。"
    en = "Fund {fund} is for persons: name the beneficiary."


class BeneficiaryNotOfHousehold(Unacceptable):
    code = "beneficiary_not_of_household"
    zh = "受益人 {beneficiary} 不是这个家庭的成员。"
    en = "Beneficiary {beneficiary} is not a member of this household."


class BeneficiaryOutsideTerms(Unacceptable):
    code = "beneficiary_outside_terms"
    zh = "受益人 {beneficiary} 不符合专项 {fund} 的限定：{terms}。"
    en = "Beneficiary {beneficiary} does not meet the terms of fund {fund}: {terms}."


class ConsentMissing(Unacceptable):
    code = "consent_missing"
    zh = "受益人 {beneficiary} 未满 {age} 岁，须先登记监护人同意。"
    en = "Beneficiary {beneficiary} is under {age}: a guardian's consent must be on record first."


@dataclass(frozen=True)
class Claim:
    """One use of a fund for one household, to be judged under the terms of one revision."""

    fund: Fund
    revision_and_terms: tuple[FundRevision, Terms]
    household: Household
    beneficiary: Member | None = None
    purpose: str | None = None
    items: tuple[str, ...] = ()


@action
def judge_eligibility(*, claims: Sequence[Claim], on: dt.date, judged_by_id: uuid.UUID | None) -> list[Permit | None]:
    """Judge claims on a day and issue a permit for each restricted one, in two statements however many they are.

    Refuses BeneficiaryRequired, BeneficiaryNotOfHousehold, BeneficiaryOutsideTerms, ConsentMissing; then none stands.
    """
    judged = [_judged(claim, on, judged_by_id) for claim in claims]
    issue_permits([permit for permit, _ in filter(None, judged)])
    PermitFacts.objects.bulk_create([facts for _, facts in filter(None, judged)])
    return [pair[0] if pair else None for pair in judged]


def permit_stands(permit: Permit, *, fund: Fund, member: Member | None) -> bool:
    """Tell whether a permit's person is still whom it was given for: a sex or birth date that was corrected since is
    judged anew. What changes by itself, as age and home do, was true on the permit's day.
    """
    if member is None:
        return True
    terms = terms_on(fund, permit.judged_on)[1]
    personal = Terms(sexes=terms.sexes, age_from=terms.age_from, age_to=terms.age_to)
    facts = BeneficiaryFacts(member.sex or None, member.born_on, "")
    return not unmet_terms(personal, facts, on=permit.judged_on)


def _judged(claim: Claim, on: dt.date, judged_by_id: uuid.UUID | None) -> tuple[Permit, PermitFacts] | None:
    _require_beneficiary(claim, on)
    revision, terms = claim.revision_and_terms
    member = claim.beneficiary
    facts = BeneficiaryFacts(
        sex=member.sex or None if member else None,
        born_on=member.born_on if member else None,
        division_code=claim.household.division_code,
    )
    unmet = unmet_terms(terms, facts, on=on, purpose=claim.purpose, items=claim.items)
    if unmet:
        raise BeneficiaryOutsideTerms(beneficiary=_reference(claim), fund=claim.fund.code, terms=list(unmet))
    if not claim.fund.purse.is_restricted:
        return None
    written = canonical_bytes(_written(claim, facts, on))
    salt = secrets.token_bytes(SALT_BYTES)
    permit = Permit(
        id=new_id(),
        purse=claim.fund.purse,
        account_id=claim.household.account_id,
        revision_id=revision.id,
        beneficiary_id=member.id if member else None,
        judged_on=on,
        valid_until=on + dt.timedelta(days=PERMIT_VALID_DAYS),
        facts_sha256=hmac.new(salt, written, hashlib.sha256).hexdigest(),
        judged_by_id=judged_by_id,
    )
    return permit, PermitFacts(permit=permit, salt=salt.hex(), facts=written.decode())


def _require_beneficiary(claim: Claim, on: dt.date) -> None:
    member = claim.beneficiary
    if member is None:
        if claim.fund.programme.is_for_persons or claim.revision_and_terms[1].is_for_persons:
            raise BeneficiaryRequired(fund=claim.fund.code, pointer="/beneficiary")
        return
    if member.household_id != claim.household.id:
        raise BeneficiaryNotOfHousehold(beneficiary=member.reference, pointer="/beneficiary")
    is_child = is_under_consent_age(member, on)
    if is_child and not member.has_consent:
        raise ConsentMissing(beneficiary=member.reference, age=CONSENT_AGE, pointer="/beneficiary")


def _reference(claim: Claim) -> str:
    return claim.beneficiary.reference if claim.beneficiary else claim.household.reference


def _written(claim: Claim, facts: BeneficiaryFacts, on: dt.date) -> dict[str, CanonicalValue]:
    return {
        "fund": claim.fund.code,
        "terms": {key: _plain(value) for key, value in claim.revision_and_terms[1].to_json().items()},
        "sex": facts.sex,
        "born_on": facts.born_on.isoformat() if facts.born_on else None,
        "division": facts.division_code,
        "purpose": claim.purpose,
        "items": list(claim.items),
        "on": on.isoformat(),
    }


def _plain(value: object) -> CanonicalValue:
    return [str(item) for item in value] if isinstance(value, list) else str(value)
