"""Register funds and revise their terms."""

import datetime as dt
import re
import uuid

from logistics.funds.models import Fund, FundRevision
from logistics.journal.actions import open_account, open_purse, restrict_purse
from logistics.journal.models import AccountKind
from logistics.journal.revisions import Cause, note_changed, note_registered
from logistics.kernel.canonical import CanonicalValue
from logistics.kernel.eligibility import Terms
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.actions import CodeTaken, require_open
from logistics.parties.models import Organisation, Programme
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

_SHA256 = re.compile(r"[0-9a-f]{64}")


class ConsentRequired(Unacceptable):
    code = "consent_required"
    zh = "修改限定用途须附捐赠人同意文件的 SHA-256。"
    en = "A revision of the terms needs the SHA-256 of the donor's consent."


class RevisionOutOfOrder(Conflicting):
    code = "revision_out_of_order"
    zh = "新条款的生效日不能早于上一版（{in_force_from}）。"
    en = "A revision cannot come into force before the last one ({in_force_from})."


class HolderDifferent(Conflicting):
    code = "holder_different"
    zh = "专项 {fund} 由另一单位保管，利息不能转入。"
    en = "Fund {fund} is held by another body: interest cannot join it."


@action
def register_fund(
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    programme: Programme,
    owner: Organisation,
    holder: Organisation,
    basis: str,
    terms: Terms,
    filing_number: str = "",
    interest_fund: Fund | None = None,
    now: dt.datetime,
    cause: Cause | None = None,
) -> Fund:
    """Register a fund with its first terms; opens its purse and the holder's bank account.

    The bank's interest on its money joins `interest_fund`, or the fund itself.
    Refuses CodeTaken, ProgrammeClosed, HolderDifferent.
    """
    require_open(programme)
    if interest_fund is not None and interest_fund.holder_id != holder.id:
        raise HolderDifferent(fund=interest_fund.code, pointer="/interest_fund")
    if Fund.objects.filter(code=code).exists():
        raise CodeTaken(code=code, pointer="/code")
    fund_id = new_id()
    purse = open_purse(purse_id=fund_id, organisation_id=holder.id, is_restricted=terms.is_restricted)
    bank = open_account(
        kind=AccountKind.BANK,
        subject_id=holder.id,
        organisation_id=holder.id,
        place_id=holder.id,
        reference=holder.code,
    )
    fund = Fund.objects.create(
        id=fund_id,
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        purse=purse,
        programme=programme,
        owner=owner,
        holder=holder,
        bank_account=bank,
        basis=basis,
        filing_number=filing_number,
        interest_fund=interest_fund,
    )
    first = FundRevision.objects.create(
        fund=fund, number=1, terms=terms.to_json(), in_force_from=dt.date.min, recorded_at=now
    )
    note_registered([fund], cause=cause or Cause(now=now), parts=[_terms_noted(first)])
    return fund


@action
def revise_fund(
    *,
    fund: Fund,
    terms: Terms,
    in_force_from: dt.date,
    consent_sha256: str,
    now: dt.datetime,
    recorded_by_id: uuid.UUID | None = None,
    reason: str = "",
) -> FundRevision:
    """Give a fund new terms from a day on, by the donor's consent. Refuses ConsentRequired, RevisionOutOfOrder.

    A purse that was restricted once stays so: looser terms are still judged, and then met.
    """
    if not _SHA256.fullmatch(consent_sha256):
        raise ConsentRequired(pointer="/consent_sha256")
    last = FundRevision.objects.filter(fund=fund).order_by("-number")[0]
    if in_force_from <= last.in_force_from:
        raise RevisionOutOfOrder(in_force_from=last.in_force_from.isoformat(), pointer="/in_force_from")
    if terms.is_restricted:
        restrict_purse(purse_id=fund.purse_id)
    revision = FundRevision.objects.create(
        fund=fund,
        number=last.number + 1,
        terms=terms.to_json(),
        in_force_from=in_force_from,
        consent_sha256=consent_sha256,
        recorded_at=now,
        recorded_by_id=recorded_by_id,
    )
    cause = Cause(recorded_by_id, reason, now)
    note_changed(fund, before=_terms_noted(last), after=_terms_noted(revision), cause=cause)
    return revision


def terms_on(fund: Fund, day: dt.date) -> tuple[FundRevision, Terms]:
    """Return the revision in force on a day, and its terms."""
    revision = FundRevision.objects.filter(fund=fund, in_force_from__lte=day).order_by("-number")[0]
    return revision, Terms.from_json(revision.terms)


def _terms_noted(revision: FundRevision) -> dict[str, CanonicalValue]:
    """Say terms as the fund's history does."""
    return {
        "terms": revision.terms,
        "terms_in_force_from": revision.in_force_from.isoformat(),
        "consent_sha256": revision.consent_sha256,
    }
