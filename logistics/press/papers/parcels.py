"""Papers of parcels on their way: sign-off sheet, packing list, dispatch note, round sheet, reply cards."""

from collections import Counter
from collections.abc import Iterator

from labels.papers.spec import Both
from logistics.households.identity import masked_name
from logistics.parcels.access import visible_parcels
from logistics.parcels.models import Parcel
from logistics.parcels.reads import parcels_with_names
from logistics.parties.models import Organisation
from logistics.press.papers.kinds import PaperFile, PaperKind, PaperRequest, PaperWork, Subject, require_count
from logistics.press.papers.making import CHECKED, DRIVER, KEEPER, card_file, organisation_of, sheet_file
from logistics.press.papers.paper_codes import code_of_paper, codes_for, printed, sheet_rows_for

ROWS_MAX = 1_000
# What is over, or never was, stands on no list of what is still to be handed over.
_OPEN = ("PLANNED", "PACKED", "SEALED", "DISPATCHED", "AT_TRANSFER_POINT")
_BATCH = Both("批次", "Batch")
_PLACE = Both("地点", "Place")
_CONTENTS = Both("物资", "Contents")
_CODE = Both("包裹码", "Parcel")
_TOWNSHIP = Both("乡镇", "Township")
_REFERENCE = Both("家庭编号", "Household")


def parcels_of(organisation: Organisation, request: PaperRequest) -> list[Parcel]:
    """Return the open parcels of a batch, of one township where it is named, each place's together."""
    rows = parcels_with_names(visible_parcels(organisation)).filter(batch=str(request["batch"]), state__in=_OPEN)
    rows = rows.filter(township=str(request["township"])) if request.get("township") else rows
    return list(rows.order_by("township", "household__reference", "beneficiary__reference", "id")[: ROWS_MAX + 1])


def _with_family(organisation: Organisation, request: PaperRequest) -> list[Parcel]:
    return [parcel for parcel in parcels_of(organisation, request) if parcel.household_id]


def _count(organisation: Organisation, request: PaperRequest) -> int:
    return require_count(len(parcels_of(organisation, request)), ROWS_MAX)


def _count_with_family(organisation: Organisation, request: PaperRequest) -> int:
    return require_count(len(_with_family(organisation, request)), ROWS_MAX)


def _facts(work: PaperWork) -> list[tuple[Both, str]]:
    facts = [(_BATCH, str(work.request["batch"]))]
    return [*facts, (_PLACE, str(work.request["township"]))] if work.request.get("township") else facts


def _contents(parcel: Parcel) -> str:
    return "、".join(f"{line['zh']} x{line['quantity']}" for line in parcel.contents_text)


def _reference(parcel: Parcel) -> str:
    row = parcel.beneficiary or parcel.household
    return row.reference if row else "—"


def _short(parcel: Parcel) -> str:
    return f"{parcel.code.text[:4]} … {parcel.code.text[-4:]}"


def _sign_off(work: PaperWork) -> Iterator[PaperFile]:
    from labels.papers.sign_off import SignOffRow, SignOffSheet, sign_off_sheet

    parcels = _with_family(work.actor.organisation, work.request)
    by_id = {parcel.id: parcel for parcel in parcels}
    # A parcel that was handed over between two tries of the worker leaves its row out of the file.
    rows = [row for row in sheet_rows_for(work=work, parcels=parcels) if row.parcel_id in by_id]
    code = code_of_paper(work)
    paper = SignOffSheet(
        organisation=organisation_of(work),
        code=printed(code),
        facts=tuple(_facts(work)),
        rows=tuple(
            SignOffRow(printed(row.code), _reference(parcel), _masked(parcel), _contents(parcel))
            for row, parcel in ((row, by_id[row.parcel_id]) for row in rows)
        ),
    )
    codes = [code, *(row.code for row in rows)]
    yield PaperFile("1", "发放签收表", [sign_off_sheet(paper)], [printed(each).uri for each in codes], codes)


def _masked(parcel: Parcel) -> str:
    if parcel.beneficiary:
        return masked_name(parcel.beneficiary.name)
    return masked_name(parcel.household.head_name) if parcel.household else "—"


def _packing_list(work: PaperWork) -> Iterator[PaperFile]:
    parcels = parcels_of(work.actor.organisation, work.request)
    totals = Counter[str]()
    for parcel in parcels:
        for line in parcel.contents_text:
            totals[str(line["zh"])] += int(line["quantity"])
    heads = (Both("物资", "Item"), Both("数量", "Quantity"), Both("已取", "Picked"), Both("备注", "Remarks"))
    rows = [(name, (name, f"{count:,}", "", "")) for name, count in totals.items()]
    facts = [*_facts(work), (Both("包裹数", "Parcels"), f"{len(parcels):,}")]
    yield sheet_file(work, Both("装箱清单", "Packing list"), facts, heads, rows, numbers="1", signs=(KEEPER, CHECKED))


def _dispatch_note(work: PaperWork) -> Iterator[PaperFile]:
    parcels = parcels_of(work.actor.organisation, work.request)
    grams = sum(parcel.weight_grams or 0 for parcel in parcels)
    heads = (_CODE, _TOWNSHIP, _CONTENTS, Both("重量", "Weight"), Both("已装车", "Loaded"))
    rows = [
        (
            parcel.code.text,
            (_short(parcel), parcel.township or "—", _contents(parcel), _weight(parcel.weight_grams), ""),
        )
        for parcel in parcels
    ]
    facts = [
        *_facts(work),
        (Both("仓库", "Warehouse"), "、".join(sorted({parcel.warehouse.name_zh for parcel in parcels}))),
        (Both("合计", "Total"), f"{len(parcels):,} 件，{_weight(grams)}"),
    ]
    yield sheet_file(work, Both("出库单", "Dispatch note"), facts, heads, rows, numbers="3", signs=(KEEPER, DRIVER))


def _weight(grams: int | None) -> str:
    return f"{grams / 1000:,.2f} kg" if grams else "—"


def _round_sheet(work: PaperWork) -> Iterator[PaperFile]:
    parcels = parcels_of(work.actor.organisation, work.request)
    heads = (Both("序", "No."), _TOWNSHIP, _REFERENCE, _CODE, _CONTENTS, Both("结果", "Outcome"))
    rows = [
        (
            parcel.code.text,
            (str(number), parcel.township or "—", _reference(parcel), _short(parcel), _contents(parcel), ""),
        )
        for number, parcel in enumerate(parcels, 1)
    ]
    note = Both("未送达的请写明原因，当天带回。", "Write why something was not handed over, and bring it back today.")
    yield sheet_file(
        work,
        Both("配送路线单", "Round sheet"),
        _facts(work),
        heads,
        rows,
        signs=(Both("配送志愿者", "Courier"), KEEPER),
        note=note,
    )


def _reply_cards(work: PaperWork) -> Iterator[PaperFile]:
    from labels.papers.cards import REPLY, Card

    parcels = parcels_of(work.actor.organisation, work.request)
    subjects = [parcel.id for parcel in parcels]
    codes = codes_for(kind="REPLY_CARD", subjects=subjects, organisation_id=work.actor.organisation.id)
    kind = Both("回音卡", "Reply card")
    lines = ("请写在下面，交给发放人员，或扫码拍照上传。", "不要写姓名、学校、住址和电话。")
    cards = [
        Card(parcel.code.text, kind, f"{parcel.programme.name_zh}：收到了，想说的话", lines, printed(code), 5)
        for parcel, code in zip(parcels, codes, strict=True)
    ]
    yield card_file(Both("回音卡", "Reply cards"), cards, codes, REPLY)


_NEEDS, _TAKES = ("batch",), ("township",)
PARCEL_PAPERS = {
    "SIGN_OFF_SHEET": PaperKind(
        "发放签收表", "Distribution sign-off sheet", Subject.FAMILIES, _NEEDS, _TAKES, _count_with_family, _sign_off
    ),
    "PACKING_LIST": PaperKind("装箱清单", "Packing list", Subject.GOODS, _NEEDS, _TAKES, _count, _packing_list),
    "DISPATCH_NOTE": PaperKind("出库单", "Dispatch note", Subject.GOODS, _NEEDS, _TAKES, _count, _dispatch_note),
    "ROUND_SHEET": PaperKind("配送路线单", "Round sheet", Subject.GOODS, _NEEDS, _TAKES, _count, _round_sheet),
    "REPLY_CARDS": PaperKind("回音卡", "Reply cards", Subject.GOODS, _NEEDS, _TAKES, _count, _reply_cards),
}
