"""Labels of lots, bins and cartons."""

import uuid
from collections.abc import Iterator

from labels.papers.spec import Both
from logistics.parties.models import Organisation
from logistics.press.papers.kinds import PaperFile, PaperKind, PaperRequest, PaperWork, Subject, require_count
from logistics.press.papers.making import card_file, organisation_of
from logistics.press.papers.paper_codes import codes_for, printed
from logistics.press.papers.stock_rows import ROWS_MAX, count_stock, day_text, on_hand
from logistics.stock.models import Warehouse
from logistics.stock.reads import get_warehouse
from logistics.storage.rows import derived_id


def _lot_labels(work: PaperWork) -> Iterator[PaperFile]:
    from labels.papers.cards import Card

    warehouse, stock = on_hand(work.actor.organisation, work.request)
    codes = codes_for(kind="LOT", subjects=[row.lot_id for row in stock], organisation_id=work.actor.organisation.id)
    cards = [
        Card(
            f"{row.item_name_zh} {row.batch}",
            Both("批次", "Lot"),
            row.item_name_zh,
            (
                f"批次 {row.batch or '—'}",
                f"有效期 {day_text(row.expires_on)}",
                f"专项 {row.fund_code}",
                warehouse.name_zh,
            ),
            printed(code),
        )
        for row, code in zip(stock, codes, strict=True)
    ]
    yield card_file(Both("批次标签", "Lot labels"), cards, codes)


def _names(request: PaperRequest) -> list[str]:
    names = request["names"]
    lines = names if isinstance(names, list) else str(names).splitlines()
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _bin_labels(work: PaperWork) -> Iterator[PaperFile]:
    from labels.papers.cards import Card

    warehouse, names = _warehouse_of(work.actor.organisation, work.request), _names(work.request)
    # The same shelf of the same warehouse keeps its code.
    subjects = [uuid.uuid5(warehouse.id, name) for name in names]
    codes = codes_for(kind="BIN", subjects=subjects, organisation_id=work.actor.organisation.id)
    cards = [
        Card(name, Both("库位", "Bin"), name, (warehouse.name_zh,), printed(code))
        for name, code in zip(names, codes, strict=True)
    ]
    yield card_file(Both("库位标签", "Bin labels"), cards, codes)


def _warehouse_of(organisation: Organisation, request: PaperRequest) -> Warehouse:
    return get_warehouse(code=str(request["warehouse"]), organisation=organisation)


def _carton_labels(work: PaperWork) -> Iterator[PaperFile]:
    from labels.papers.cards import Card

    quantity = int(str(work.request["quantity"]))
    # The same job makes the same cartons, however often it is drawn.
    subjects = [derived_id(work.job_id, number) for number in range(1, quantity + 1)]
    codes = codes_for(kind="CARTON", subjects=subjects, organisation_id=work.actor.organisation.id)
    batch, words = str(work.request.get("batch") or ""), organisation_of(work).zh
    cards = [
        Card(f"第 {number} 箱", Both("箱", "Carton"), f"{number} / {quantity}", (batch, words), printed(code))
        for number, code in enumerate(codes, 1)
    ]
    yield card_file(Both("箱标签", "Carton labels"), cards, codes)


def _count_names(organisation: Organisation, request: PaperRequest) -> int:
    _warehouse_of(organisation, request)
    return require_count(len(_names(request)), ROWS_MAX)


STOCK_LABELS = {
    "LOT_LABELS": PaperKind("批次标签", "Lot labels", Subject.GOODS, ("warehouse",), (), count_stock, _lot_labels),
    "BIN_LABELS": PaperKind(
        "库位标签", "Bin labels", Subject.GOODS, ("warehouse", "names"), (), _count_names, _bin_labels
    ),
    "CARTON_LABELS": PaperKind(
        "箱标签",
        "Carton labels",
        Subject.GOODS,
        ("quantity",),
        ("batch",),
        lambda _own, request: require_count(int(str(request["quantity"])), ROWS_MAX),
        _carton_labels,
    ),
}
