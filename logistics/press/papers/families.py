"""Household cards, and cards of who may collect for a family: a QR and no name."""

from collections.abc import Iterator

from labels.papers.spec import Both
from logistics.codes.models import Code, CodeState
from logistics.households.access import standing_households, visible_households
from logistics.households.collector_models import Collector
from logistics.households.collectors import standing_collectors
from logistics.households.models import Household
from logistics.households.persons import household_ids_as_one
from logistics.parties.models import Organisation
from logistics.press.papers.kinds import PaperFile, PaperKind, PaperRequest, PaperWork, Subject, require_count
from logistics.press.papers.making import card_file, organisation_of
from logistics.press.papers.paper_codes import printed

CARDS_MAX = 1_000


def _families(organisation: Organisation, request: PaperRequest) -> list[tuple[Household, Code]]:
    rows = standing_households(organisation).filter(township=str(request["township"]), card_code__isnull=False)
    found = rows.select_related("card_code").order_by("reference")[: CARDS_MAX + 1]
    return [(row, row.card_code) for row in found if row.card_code]


def _count(organisation: Organisation, request: PaperRequest) -> int:
    return require_count(len(_families(organisation, request)), CARDS_MAX)


def _household_cards(work: PaperWork) -> Iterator[PaperFile]:
    from labels.papers.cards import Card

    own = work.actor.organisation
    families = _families(own, work.request)
    call = (f"电话 {own.telephone}",) if own.telephone else ()
    lines = ("领取物资时请出示此卡。卡上没有个人信息。", "捡到此卡，请联系我们。", *call)
    kind, words = Both("家庭卡", "Household card"), organisation_of(work).zh
    cards = [Card(f"家庭 {row.reference}", kind, words, lines, printed(code)) for row, code in families]
    yield card_file(Both("家庭卡", "Household cards"), cards, [code for _, code in families])


def _collectors(organisation: Organisation, request: PaperRequest) -> list[Collector]:
    families = visible_households(organisation).filter(township=str(request["township"]))
    named = str(request.get("household") or "").strip().upper()
    ids = families.filter(**({"reference": named} if named else {})).order_by().values_list("id", flat=True)
    # The cards of what was merged with it are still about.
    rows = standing_collectors(household_ids_as_one(ids) if named else ids)
    found = rows.filter(card_code__state=CodeState.ACTIVE).select_related("household", "card_code")
    return list(found.order_by("household__reference", "authorised_at", "id")[: CARDS_MAX + 1])


def _count_collectors(organisation: Organisation, request: PaperRequest) -> int:
    return require_count(len(_collectors(organisation, request)), CARDS_MAX)


def _collector_cards(work: PaperWork) -> Iterator[PaperFile]:
    from labels.papers.cards import Card

    own = work.actor.organisation
    rows = _collectors(own, work.request)
    call = (f"电话 {own.telephone}",) if own.telephone else ()
    lines = ("代领物资时请出示此卡。卡上没有姓名，请妥善保管。", "捡到此卡，请联系我们。", *call)
    kind, words = Both("代领卡", "Collector's card"), organisation_of(work).zh
    # Which of a family's cards is whose stands on the family's page, beside the same code.
    cards = [Card(f"家庭 {row.household.reference}", kind, words, lines, printed(row.card_code)) for row in rows]
    yield card_file(Both("代领卡", "Collectors' cards"), cards, [row.card_code for row in rows])


FAMILY_PAPERS = {
    "HOUSEHOLD_CARDS": PaperKind(
        "家庭卡", "Household cards", Subject.FAMILIES, ("township",), (), _count, _household_cards
    ),
    "COLLECTOR_CARDS": PaperKind(
        "代领卡",
        "Collectors' cards",
        Subject.FAMILIES,
        ("township",),
        ("household",),
        _count_collectors,
        _collector_cards,
    ),
}
