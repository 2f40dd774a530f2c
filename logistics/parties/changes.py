"""Change who takes part: every change with its reason, noted and sealed. `number` is the revision that was seen."""

from collections.abc import Mapping

from logistics.journal.revisions import Cause, change_master
from logistics.kernel.refusals import NotAllowed
from logistics.parties.actions import require_proof_kinds, require_roles
from logistics.parties.models import Donor, Organisation, Person, Programme, Supplier
from logistics.parties.standing import require_standing
from logistics.storage.transactions import action

NAMES = ("name_zh", "name_en")
ORGANISATION_FIELDS = (*NAMES, "kind", "level", "division_code", "telephone", "is_demonstration")
PROGRAMME_FIELDS = (*NAMES, "is_open", "required_proofs", "days_per_stage", "thanks", "label_template")
DONOR_FIELDS = ("name", "may_be_named")
PERSON_FIELDS = ("name", "roles", "is_active")


class OwnRightsChanged(NotAllowed):
    code = "own_rights_changed"
    zh = "不能修改自己的角色或停用自己，请由另一位管理员操作。"
    en = "Nobody changes their own roles or account; another administrator does."


@action
def change_organisation(
    *, organisation: Organisation, changes: Mapping[str, object], cause: Cause, number: int | None = None
) -> Organisation:
    """Correct a body, or say that it is made up; its place in the tree stays. Refuses what `change_master` refuses."""
    return change_master(organisation, changes=changes, changeable=ORGANISATION_FIELDS, cause=cause, number=number)


@action
def change_programme(
    *, programme: Programme, changes: Mapping[str, object], cause: Cause, number: int | None = None
) -> Programme:
    """Change a programme, or close and reopen it by `is_open`.

    Refuses ProofKindUnknown, and what `change_master` refuses.
    """
    if isinstance(kinds := changes.get("required_proofs"), list):
        require_proof_kinds(kinds)
    return change_master(programme, changes=changes, changeable=PROGRAMME_FIELDS, cause=cause, number=number)


@action
def change_donor(*, donor: Donor, changes: Mapping[str, object], cause: Cause, number: int | None = None) -> Donor:
    """Correct a donor's name, or whether it may be shown. Refuses what `change_master` refuses."""
    if "name" in changes:
        _release_name(donor)
    return change_master(donor, changes=changes, changeable=DONOR_FIELDS, cause=cause, number=number)


def _release_name(donor: Donor) -> None:
    """Let somebody else be found by this name: another may be known by the new one already."""
    Donor.objects.filter(id=donor.id).update(is_found_by_name=False)


@action
def change_supplier(
    *, supplier: Supplier, changes: Mapping[str, object], cause: Cause, number: int | None = None
) -> Supplier:
    """Correct a supplier's name. Refuses what `change_master` refuses."""
    return change_master(supplier, changes=changes, changeable=NAMES, cause=cause, number=number)


@action
def change_person(*, person: Person, changes: Mapping[str, object], cause: Cause, number: int | None = None) -> Person:
    """Correct a name, give other roles, deactivate an account or bring it back by `is_active`.

    Refuses RoleUnknown, OwnRightsChanged, AccountErased, and what `change_master` refuses.
    """
    require_standing(person.id)
    if isinstance(roles := changes.get("roles", []), list | tuple):
        require_roles(roles)
    if cause.actor_id == person.id and any(
        name in changes and changes[name] != getattr(person, name) for name in ("roles", "is_active")
    ):
        raise OwnRightsChanged
    return change_master(person, changes=changes, changeable=PERSON_FIELDS, cause=cause, number=number)
