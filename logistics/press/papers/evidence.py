"""The evidence file of one parcel, as a job of the press: persons stand in it by reference alone."""

from collections.abc import Iterator
from itertools import islice

from django.conf import settings
from django.utils import timezone

from labels.papers.evidence import EntryProof, EvidencePaper, EvidenceTable, evidence, evidence_annex
from labels.papers.spec import Both, QrCode
from logistics.kernel.codes import code_uri
from logistics.kernel.money import amount_text
from logistics.ledgers.words import ACCOUNT_KINDS, ENTRY_KINDS, PARCEL_STATES, STEPS, VALUE_BASES, in_both
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcel
from logistics.parties.models import Named, Organisation
from logistics.press.evidence import EntryLine, Evidence, evidence_of, missing_from, proofs_of, verifier_line
from logistics.press.papers.kinds import PaperFile, PaperKind, PaperRequest, PaperWork, Subject

EVIDENCE = "EVIDENCE"
PROOFS_PER_PAPER = 20
_CURRENCY = "CNY"
_MOMENT, _DAY = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"


def paper_of(found: Evidence, made_at: str) -> EvidencePaper:
    """Say everything on record of a parcel for paper."""
    parcel, checkpoint = found.parcel, found.checkpoint
    return EvidencePaper(
        code=QrCode(parcel.code.text, code_uri(parcel.code.text, settings.CODE_HOST)),
        organisation=_named(parcel.organisation),
        made_at=made_at,
        facts=_facts(parcel),
        tables=(_agreements(found), _gifts(found), _values(found), _scans(found), _proofs(found), _entries(found)),
        missing=tuple(Both(zh, en) for zh, en in missing_from(found)),
        checkpoint=checkpoint.note if checkpoint else "",
        verifier_key=verifier_line(),
    )


def annexes_of(found: Evidence) -> list[list[EntryProof]]:
    """Say the inclusion proofs, so many a paper."""
    said = iter(
        EntryProof(f"{entry.kind} {entry.booked_on:%Y-%m-%d} {entry.id}", text) for entry, text in proofs_of(found)
    )
    return list(iter(lambda: list(islice(said, PROOFS_PER_PAPER)), []))


def _count(organisation: Organisation, request: PaperRequest) -> int:
    parcel = get_parcel(key=str(request["parcel"]), organisation=organisation)
    sealed = sum(row.leaf is not None for row in evidence_of(parcel).entries)
    return 1 + -(-sealed // PROOFS_PER_PAPER)


def _files(work: PaperWork) -> Iterator[PaperFile]:
    parcel = get_parcel(key=str(work.request["parcel"]), organisation=work.actor.organisation)
    found, code = evidence_of(parcel), parcel.code.text
    made_at = timezone.localtime().strftime(_MOMENT)
    annexes = [evidence_annex(proofs, code) for proofs in annexes_of(found)]
    yield PaperFile(
        name=code,
        title=f"包裹证据档案 {code}",
        papers=[evidence(paper_of(found, made_at)), *annexes],
        uris=[code_uri(code, settings.CODE_HOST)],
    )


EVIDENCE_PAPERS = {
    EVIDENCE: PaperKind("包裹证据档案", "Evidence file of a parcel", Subject.AUDIT, ("parcel",), (), _count, _files)
}


def _facts(parcel: Parcel) -> tuple[tuple[Both, str], ...]:
    times = {
        Both("计划", "Planned"): parcel.planned_at,
        Both("装箱", "Packed"): parcel.packed_at,
        Both("出库", "Dispatched"): parcel.dispatched_at,
        Both("交付", "Handed over"): parcel.delivered_at,
    }
    whom = [row.reference for row in (parcel.household, parcel.beneficiary) if row]
    permit = parcel.permit
    return (
        (Both("公益项目", "Programme"), parcel.programme.name_zh),
        (Both("专项", "Fund"), f"{parcel.fund.name_zh} {parcel.fund.code}"),
        (Both("内容", "Contents"), "、".join(f"{line['zh']} x{line['quantity']}" for line in parcel.contents_text)),
        (Both("价值", "Value"), amount_text(parcel.value_minor, _CURRENCY)),
        (Both("状态", "State"), in_both(PARCEL_STATES, parcel.state)),
        (Both("乡镇", "Township"), parcel.township),
        (Both("家庭（编号）", "Family (reference)"), " · ".join(whom)),
        (Both("仓库", "Warehouse"), parcel.warehouse.name_zh),
        *((name, timezone.localtime(at).strftime(_MOMENT) if at else "") for name, at in times.items()),
        (
            Both("用途核定", "Permit"),
            f"{permit.judged_on:%Y-%m-%d} SHA-256 {permit.facts_sha256}" if permit else "",
        ),
    )


def _agreements(found: Evidence) -> EvidenceTable:
    return EvidenceTable(
        Both("捐赠协议", "Agreements"),
        (Both("编号", "Number"), Both("签订", "Signed"), Both("用途", "Purpose"), Both("文件 SHA-256", "Document")),
        tuple((row.number, f"{row.signed_on:{_DAY}}", row.purpose, row.document_sha256) for row in found.agreements),
    )


def _gifts(found: Evidence) -> EvidenceTable:
    """Say the gifts in the parcel: the acknowledgement's number and the official bill where there are any."""
    return EvidenceTable(
        Both("接收凭证与票据", "Acknowledgements and official bills"),
        (
            Both("捐赠码", "Gift"),
            Both("捐赠人", "Donor"),
            Both("接收", "Received"),
            Both("凭证号", "Acknowledgement"),
            Both("公益票据", "Official bill"),
            Both("本包裹", "In this parcel"),
        ),
        tuple(
            (
                gift.donation_code,
                gift.donor_reference,
                f"{timezone.localtime(gift.received_at):{_DAY}}",
                found.acknowledgements.get(gift.donation_id, "—"),
                found.bills.get(gift.donation_id, "—"),
                amount_text(gift.value_minor, _CURRENCY),
            )
            for gift in found.gifts
        ),
        numbers="5",
    )


def _values(found: Evidence) -> EvidenceTable:
    return EvidenceTable(
        Both("计价依据", "Basis of value"),
        (
            Both("物品", "Item"),
            Both("批次数量", "Quantity"),
            Both("批次金额", "Value"),
            Both("依据", "Basis"),
            Both("发票", "Invoice"),
            Both("供应商", "Supplier"),
        ),
        tuple(
            (
                row.item_zh,
                str(row.quantity),
                amount_text(row.value_minor, _CURRENCY),
                in_both(VALUE_BASES, row.basis) or "—",
                row.invoice or "—",
                row.supplier_zh or "—",
            )
            for row in found.values
        ),
        numbers="1 2",
    )


def _scans(found: Evidence) -> EvidenceTable:
    return EvidenceTable(
        Both("扫码记录", "Scans"),
        (
            Both("时间", "When"),
            Both("步骤", "Step"),
            Both("结果", "Answer"),
            Both("操作人", "Operator"),
            Both("见证人", "Witness"),
            Both("扫码编号", "Scan"),
        ),
        tuple(
            (
                f"{timezone.localtime(row.scan.scanned_at):{_MOMENT}}",
                in_both(STEPS, row.scan.step),
                row.scan.outcome,
                row.operator or "—",
                row.witness or "—",
                str(row.scan.id),
            )
            for row in found.scans
        ),
    )


def _proofs(found: Evidence) -> EvidenceTable:
    return EvidenceTable(
        Both("签收凭证", "Proofs of the delivery"),
        (Both("种类", "Kind"), Both("SHA-256", "")),
        tuple(found.proofs),
    )


def _entries(found: Evidence) -> EvidenceTable:
    return EvidenceTable(
        Both("分录（带 * 的是本包裹的来源）", "Entries (with *: where its contents came from)"),
        (
            Both("日志号", "Leaf"),
            Both("记账日", "Booked on"),
            Both("类型", "Kind"),
            Both("划转", "Movements"),
            Both("分录编号与文件", "Entry, document"),
        ),
        tuple(
            (
                str(row.leaf.id) if row.leaf else "—",
                f"{row.entry.booked_on:{_DAY}}",
                f"{in_both(ENTRY_KINDS, row.entry.kind)}{'' if row.of_parcel else ' *'}",
                "； ".join(_line(line) for line in row.lines),
                f"{row.entry.id} {row.entry.evidence_sha256}".strip(),
            )
            for row in found.entries
        ),
    )


def _line(line: EntryLine) -> str:
    sides = " → ".join(
        f"{in_both(ACCOUNT_KINDS, kind)} {reference}".strip() for kind, reference in (line.credit, line.debit)
    )
    what = f"{line.item_zh} x{line.quantity} " if line.item_zh else ""
    return f"{sides}: {what}{amount_text(line.value_minor, _CURRENCY)}"


def _named(row: Named) -> Both:
    return Both(row.name_zh, row.name_en)
