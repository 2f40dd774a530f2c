"""Ask for those who take part."""

import uuid
from collections.abc import Collection, Sequence

from django.db.models import Q, QuerySet

from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_above, organisation_ids_below, stands_in_line
from logistics.parties.models import Donor, Organisation, Person, Programme, Supplier
from logistics.storage.remembered import Remembered

_PROGRAMMES = Remembered(
    lambda codes: Programme.objects.filter(code__in=codes).select_related("organisation").order_by("id")
)
_DONORS = Remembered(
    lambda owner_and_names: (
        Donor.objects.filter(organisation=owner_and_names[0], name__in=owner_and_names[1:])
        .select_related("account")
        .order_by("-id")
    )
)


class OrganisationMissing(Missing):
    code = "organisation_missing"
    zh = "没有单位 {organisation}。"
    en = "There is no organisation {organisation}."


class ProgrammeMissing(Missing):
    code = "programme_missing"
    zh = "没有公益项目 {programme}。"
    en = "There is no programme {programme}."


class DonorMissing(Missing):
    code = "donor_missing"
    zh = "没有捐赠人 {donor}。"
    en = "There is no donor {donor}."


class PersonMissing(Missing):
    code = "person_missing"
    zh = "没有找到这个人。"
    en = "There is no such person."


class SupplierMissing(Missing):
    code = "supplier_missing"
    zh = "没有供应商 {supplier}。"
    en = "There is no supplier {supplier}."


def visible_organisations(organisation: Organisation) -> "QuerySet[Organisation]":
    """Return an organisation and everything below it."""
    return Organisation.objects.filter(path__startswith=organisation.path).order_by("id")


def visible_programmes(organisation: Organisation) -> "QuerySet[Programme]":
    """Return the programmes of an organisation, of those above it and of those below it."""
    return Programme.objects.filter(_above_or_below(organisation)).order_by("id")


def visible_donors(organisation: Organisation) -> "QuerySet[Donor]":
    """Return the donors of an organisation and of those below it."""
    return Donor.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("id")


def visible_suppliers(organisation: Organisation) -> "QuerySet[Supplier]":
    """Return the suppliers of an organisation, of those above it and of those below it."""
    return Supplier.objects.filter(_above_or_below(organisation)).order_by("id")


def visible_people(organisation: Organisation) -> "QuerySet[Person]":
    """Return the people of an organisation and of those below it."""
    return Person.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("id")


def get_person(*, person_id: uuid.UUID, organisation: Organisation) -> Person:
    """Return one of the people of an organisation and of those below it. Refuses PersonMissing."""
    found = visible_people(organisation).filter(id=person_id).first()
    if found is None:
        raise PersonMissing(pointer="/person")
    return found


def bodies_above(organisation_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return for each organisation the ids of itself and of everything above it."""
    rows = Organisation.objects.filter(id__in=organisation_ids)
    return {row.id: [uuid.UUID(part) for part in organisation_ids_above(row)] for row in rows}


def get_organisation(*, code: str, within: Organisation | None = None) -> Organisation:
    """Return the organisation with this code. Refuses OrganisationMissing, also outside `within`."""
    rows = visible_organisations(within) if within else Organisation.objects.all()
    found = rows.filter(code=code).first()
    if found is None:
        raise OrganisationMissing(organisation=code)
    return found


def get_body_in_line(*, code: str, organisation: Organisation) -> Organisation:
    """Return an organisation itself, or one above or below it. Refuses OrganisationMissing."""
    found = get_organisation(code=code)
    if not stands_in_line(found, organisation):
        raise OrganisationMissing(organisation=code)
    return found


def get_programme(*, code: str, organisation: Organisation) -> Programme:
    """Return the programme with this code. Refuses ProgrammeMissing."""
    # Every gift asks this: who sees it is told by a path that is read with it, not by a query of its own.
    found = next(iter(_PROGRAMMES.rows([code])), None)
    if found is None or not stands_in_line(found.organisation, organisation):
        raise ProgrammeMissing(programme=code, pointer="/programme")
    return found


def get_donor(*, donor_id: uuid.UUID, organisation: Organisation) -> Donor:
    """Return the donor with this id. Refuses DonorMissing."""
    found = visible_donors(organisation).filter(id=donor_id).select_related("account").first()
    if found is None:
        raise DonorMissing(donor=str(donor_id), pointer="/donor")
    return found


def donors_named(*, organisation: Organisation, names: Sequence[str]) -> list[Donor]:
    """Return an organisation's donors of these names with their accounts, the oldest last."""
    return _DONORS.rows([organisation.id, *names])


def get_supplier(*, code: str, organisation: Organisation) -> Supplier:
    """Return the supplier with this code. Refuses SupplierMissing."""
    found = visible_suppliers(organisation).filter(code=code).select_related("account").first()
    if found is None:
        raise SupplierMissing(supplier=code, pointer="/supplier")
    return found


def _above_or_below(organisation: Organisation) -> Q:
    above = organisation_ids_above(organisation)
    return Q(organisation__in=above) | Q(organisation__in=organisation_ids_below(organisation))
