"""The scans of one call on the desk: read, matched with parcels, judged and folded in memory.

Everything that the database knows is read in one locked query for the parcels, one more where a family is met, and one
more where a code is not a parcel's; everything that follows is computed here, and `actions` writes it in a handful of
statements.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from logistics.codes.models import Code, CodeState
from logistics.codes.reads import read_text
from logistics.deliveries.answers import Facts
from logistics.deliveries.inputs import ScanInput
from logistics.deliveries.rules import Evidence, code_of, gather, lot_fault, proven
from logistics.households.persons import standing_household_ids
from logistics.kernel.codes import BadCheck, ForeignCode
from logistics.kernel.delivery_states import (
    STEPS,
    Conclusion,
    ScanFact,
    Settled,
    answer_to,
    conclude,
    hand_overs_after_cancelling,
)
from logistics.kernel.proofs import missing_proofs
from logistics.kernel.refusals import Refusal
from logistics.parcels.models import Parcel
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.storage.remembered import Remembered

# The order of one remembered scan in `Parcel.scan_facts`.
_FACT_FIELDS = ("scan_id", "step", "at_ms", "device", "sequence", "household", "reason", "undoes", "refused")
# The steps by which a parcel goes on towards a family.
_HANDING_ON = frozenset({"PACK", "SEAL", "DISPATCH", "HAND_OVER"})

# Columns that no scan asks for: a thousand rows are read in half the time without them.
_NOT_LOOKED_AT = (
    *(
        "next_try_on",
        "kit_recipe",
        "recall",
        "weight_grams",
        "batch",
        "planned_at",
        "given_on",
        "packed_at",
        "dispatched_at",
        "delivered_at",
    ),
    *("programme__days_per_stage", "programme__thanks", "programme__is_open", "programme__is_for_persons"),
    *("organisation__name_zh", "organisation__name_en", "organisation__code", "organisation__division_code"),
    *("organisation__telephone", "organisation__kind", "organisation__level", "organisation__parent"),
    *("code__subject_id", "code__organisation_id", "code__issued_at", "code__printed_at", "code__revoked_at"),
    *("code__revoked_because", "code__replaced_by", "code__print_count", "code__kind"),
)


@dataclass
class Judged:
    """One scan with its outcome: what will be stored and answered."""

    scan: ScanInput
    outcome: str
    content_sha256: str
    parcel: Parcel | None = None
    household_id: uuid.UUID | None = None
    facts: Facts = field(default_factory=dict)
    is_new: bool = True


@dataclass
class Desk:
    """The scans of one call, the parcels that they name and who hands them in."""

    actor: Actor
    now: dt.datetime
    skew_ms: int
    judged: list[Judged] = field(default_factory=list)
    parcels: dict[str, Parcel] = field(default_factory=dict)
    households: dict[str, uuid.UUID] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    # A parcel's household, and that of a card which is the same family's, entered twice.
    merged: set[tuple[uuid.UUID, uuid.UUID]] = field(default_factory=set)
    touched: dict[uuid.UUID, Parcel] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)


def lay_out(
    *, actor: Actor, scans: Sequence[ScanInput], skew_ms: int, known: Mapping[uuid.UUID, str], now: dt.datetime
) -> Desk:
    """Lock the parcels and judge every scan in order. `known` are ids that stand outside the parcels' memory."""
    desk = Desk(actor, now, skew_ms)
    texts = [_read(scan.code) for scan in scans]
    cards = {scan.household_code: _read(scan.household_code)[0] for scan in scans if scan.household_code}
    _find(
        desk,
        {text for text, outcome in texts if not outcome},
        {card for card in cards.values() if card},
        {scan.step for scan in scans},
        {code_of(scan.lot_code) for scan in scans if scan.lot_code} - {""},
    )
    lots, desk.evidence = desk.evidence.lots, gather(actor, scans, desk.parcels.values())
    desk.evidence.lots = lots
    _join_merged(
        desk, [(text, cards.get(scan.household_code, "")) for scan, (text, _) in zip(scans, texts, strict=True)]
    )
    seen: dict[uuid.UUID, str] = dict(known)
    for scan, (text, outcome) in zip(scans, texts, strict=True):
        judged = _judge(desk, scan, text, outcome, cards.get(scan.household_code, ""), seen)
        seen[scan.scan_id] = judged.content_sha256
        desk.judged.append(judged)
    return desk


def conclusion_of(parcel: Parcel) -> Conclusion:
    """Fold everything that is known of a parcel."""
    return conclude(
        facts_of(parcel),
        household=_text(parcel.household_id),
        cancelled_at_ms=_cancelled_at_ms(parcel),
        settled=settled_of(parcel),
    )


def _cancelled_at_ms(parcel: Parcel) -> int | None:
    return None if parcel.cancelled_at is None else int(parcel.cancelled_at.timestamp() * 1000)


def settled_of(parcel: Parcel) -> list[Settled]:
    """Return what officers have settled of a parcel as the fold takes it."""
    return [
        Settled(settlement, at_ms, tuple(judged), stands, household, is_packed)
        for settlement, at_ms, judged, stands, household, is_packed in parcel.settled
    ]


def facts_of(parcel: Parcel) -> list[ScanFact]:
    """Return a parcel's remembered scans as the fold takes them."""
    return [ScanFact(**dict(zip(_FACT_FIELDS, row, strict=False))) for row in parcel.scan_facts]


def contradictions_of(parcel: Parcel) -> list[str]:
    """Name the hand-overs that came after a parcel was cancelled or taken apart and that nobody has settled."""
    answered = {row[0]: row[len(_FACT_FIELDS) + 1] for row in parcel.scan_facts}
    return hand_overs_after_cancelling(facts_of(parcel), answered, settled_of(parcel))


def _locked_parcels(codes: Sequence[str]) -> "QuerySet[Parcel]":
    locked = Parcel.objects.select_for_update(of=("self",)).select_related("code", "programme", "organisation")
    return locked.defer(*_NOT_LOOKED_AT).filter(code__text__in=codes).order_by("id")


_PARCELS = Remembered(_locked_parcels)


def _find(desk: Desk, codes: set[str], cards: set[str], steps: set[str], lots: set[str]) -> None:
    rows = _PARCELS.rows(sorted(codes)) if codes else []
    desk.parcels = {parcel.code.text: parcel for parcel in rows if _is_visible(desk.actor, parcel)}
    desk.revoked = {text for text, parcel in desk.parcels.items() if parcel.code.state == CodeState.REVOKED}
    _fetch_families([parcel for parcel in desk.parcels.values() if cards or _meets_family(parcel, steps)])
    for parcel in desk.parcels.values():
        if (
            "household" in parcel._state.fields_cache
            and parcel.household is not None
            and parcel.household.card_code is not None
        ):
            desk.households[parcel.household.card_code.text] = parcel.household.id
    absent = (codes - desk.parcels.keys()) | (cards - desk.households.keys()) | lots
    if absent:
        _find_others(desk, absent)


def _meets_family(parcel: Parcel, steps: set[str]) -> bool:
    """Tell whether these scans may book something for the family: a hand-over now, or one that came before its PACK."""
    return "HAND_OVER" in steps or any(row[1] == "HAND_OVER" for row in parcel.scan_facts)


def _fetch_families(parcels: Sequence[Parcel]) -> None:
    """Read whom the parcels are for, in one statement that most scans do without."""
    if not parcels:
        return
    related = ("household__card_code", "beneficiary", "permit", "fund__purse")
    twins = Parcel.objects.select_related(*related).in_bulk([parcel.id for parcel in parcels])
    for parcel in parcels:
        twin = twins[parcel.id]
        parcel.household, parcel.beneficiary = twin.household, twin.beneficiary
        parcel.permit, parcel.fund = twin.permit, twin.fund


def _find_others(desk: Desk, texts: set[str]) -> None:
    own = organisation_ids_below(desk.actor.organisation)
    for code in Code.objects.filter(text__in=texts, organisation_id__in=own):
        if code.state == CodeState.REVOKED:
            desk.revoked.add(code.text)
        elif code.kind == "HOUSEHOLD_CARD":
            desk.households[code.text] = code.subject_id
        elif code.kind == "LOT":
            desk.evidence.lots[code.text] = code.subject_id


def _join_merged(desk: Desk, met: Sequence[tuple[str, str]]) -> None:
    """Let the card of a family that was entered twice stand for the one that its parcel was written for.

    Asks nothing where every card is its parcel's own, which is nearly always.
    """
    pairs = {
        (parcel.household_id, household_id)
        for text, card in met
        if (parcel := desk.parcels.get(text)) and parcel.household_id
        if (household_id := desk.households.get(card)) and household_id != parcel.household_id
    }
    if pairs:
        standing = standing_household_ids({key for pair in pairs for key in pair if key})
        desk.merged = {(one, other) for one, other in pairs if one and standing[one] == standing[other]}


def _is_visible(actor: Actor, parcel: Parcel) -> bool:
    return parcel.organisation.path.startswith(actor.organisation.path)


def _read(text: str) -> tuple[str, str]:
    """Return the code, or the outcome that says why it is none of ours."""
    try:
        return read_text(text), ""
    except ForeignCode:
        return "", "FOREIGN_CODE"
    except BadCheck:
        return "", "BAD_CHECK"
    except Refusal:
        return "", "UNKNOWN_CODE"


def _judge(desk: Desk, scan: ScanInput, text: str, outcome: str, card: str, seen: Mapping[uuid.UUID, str]) -> Judged:
    content = scan.content_sha256()
    parcel = desk.parcels.get(text)
    earlier = seen.get(scan.scan_id) or _remembered(parcel, scan.scan_id)
    if earlier:
        return _repeated(scan, content, earlier, parcel)
    judged = Judged(scan, outcome, content, parcel)
    if scan.step not in STEPS:
        judged.outcome = "MALFORMED"
    if not judged.outcome and text in desk.revoked:
        judged.outcome = "REVOKED_LABEL"
    if not judged.outcome and parcel is None:
        judged.outcome = "UNKNOWN_CODE"
    if judged.outcome or parcel is None:
        return judged
    judged.household_id = _household_met(desk, parcel, card) or parcel.household_id
    _fold_in(desk, judged, parcel, _refused(desk, judged, parcel, card))
    return judged


def _household_met(desk: Desk, parcel: Parcel, card: str) -> uuid.UUID | None:
    """Return the household of a card, as the parcel's own where both are one family."""
    found, own = desk.households.get(card), parcel.household_id
    return own if found and own and (own, found) in desk.merged else found


def _remembered(parcel: Parcel | None, scan_id: uuid.UUID) -> str:
    rows = parcel.scan_facts if parcel else []
    return next((row[len(_FACT_FIELDS)] for row in rows if row[0] == str(scan_id)), "")


def _repeated(scan: ScanInput, content: str, earlier: str, parcel: Parcel | None) -> Judged:
    if earlier == content:
        first = next((row[len(_FACT_FIELDS) + 1] for row in _rows(parcel) if row[0] == str(scan.scan_id)), None)
        return Judged(scan, "REPEATED", content, parcel, facts={"first_outcome": first}, is_new=False)
    facts: Facts = {"stands": earlier, "sent": content}
    return Judged(scan, "MALFORMED", earlier, parcel, facts=facts, is_new=False)


def _rows(parcel: Parcel | None) -> list[list[str]]:
    return parcel.scan_facts if parcel else []


def _refused(desk: Desk, judged: Judged, parcel: Parcel, card: str) -> str | None:
    """Name the outcome of a scan that has no effect whatever else is known, or None."""
    scan = judged.scan
    if scan.step in _HANDING_ON and parcel.recalled_at and _corrected(desk, scan) >= parcel.recalled_at:
        return "RECALLED"
    if card and parcel.household_id and _household_met(desk, parcel, card) != parcel.household_id:
        return "WRONG_HOUSEHOLD"
    if scan.household_code and card not in desk.households:
        return "WRONG_HOUSEHOLD"
    if scan.step == "HAND_OVER" and parcel.programme.required_proofs:
        return _unproven(desk, judged, parcel)
    if scan.step == "PACK":
        if _has_expired(parcel, timezone.localdate(scan.scanned_at)):
            return "EXPIRED"
        outcome, facts = lot_fault(desk.evidence, scan, parcel)
        judged.facts.update(facts)
        return outcome or None
    return None


def _unproven(desk: Desk, judged: Judged, parcel: Parcel) -> str | None:
    moments = (_corrected(desk, judged.scan), desk.now)
    kinds, hint = proven(desk.evidence, desk.actor, judged.scan, parcel, moments)
    missing = missing_proofs(parcel.programme.required_proofs, kinds)
    if not missing:
        return None
    judged.facts |= {"missing": missing, **({"next": hint} if hint else {})}
    return "PROOF_MISSING"


def _has_expired(parcel: Parcel, on: dt.date) -> bool:
    return any(expires_on and dt.date.fromisoformat(expires_on) < on for *_, expires_on in parcel.contents)


def _fold_in(desk: Desk, judged: Judged, parcel: Parcel, refused: str | None) -> None:
    scan = judged.scan
    fact = ScanFact(
        scan_id=str(scan.scan_id),
        step=scan.step,
        at_ms=int(_corrected(desk, scan).timestamp() * 1000),
        device=str(desk.actor.holder_id),
        sequence=scan.sequence,
        household=_text(judged.household_id) if scan.step == "HAND_OVER" else None,
        reason=scan.reason or None,
        undoes=_text(scan.undoes),
        refused=refused,
    )
    before = facts_of(parcel)
    judged.outcome = answer_to(
        before,
        fact,
        household=_text(parcel.household_id),
        cancelled_at_ms=_cancelled_at_ms(parcel),
        settled=settled_of(parcel),
    )
    if judged.outcome in {"ALREADY_DELIVERED", "DISPUTED"}:
        judged.facts.update(_earlier_hand_over(before, conclusion_of(parcel)))
    values = [getattr(fact, name) for name in _FACT_FIELDS]
    agreed = scan.detail.get("next_try")
    parcel.scan_facts.append([*values, judged.content_sha256, judged.outcome, *([agreed] if agreed else [])])
    desk.touched[parcel.id] = parcel


def _corrected(desk: Desk, scan: ScanInput) -> dt.datetime:
    """Read the device's clock without its skew."""
    return scan.scanned_at - dt.timedelta(milliseconds=desk.skew_ms)


def _earlier_hand_over(before: Sequence[ScanFact], concluded: Conclusion) -> Facts:
    """Tell of the hand-over that stood before; one that was taken back or set aside is none."""
    first = next((fact for fact in before if fact.scan_id == concluded.end_scan and fact.step == "HAND_OVER"), None)
    if first is None:
        return {}
    at = dt.datetime.fromtimestamp(first.at_ms / 1000, dt.UTC)
    return {"handed_over_at": at.isoformat(), "device": first.device, "scan_id": first.scan_id}


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
