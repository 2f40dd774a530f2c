"""Register who takes part."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from logistics.journal.actions import open_account, open_accounts
from logistics.journal.models import Account, AccountKind
from logistics.journal.revisions import Cause, facts_of, note_changed, note_registered
from logistics.kernel.codes import ALPHABET
from logistics.kernel.proofs import REQUIRED_KINDS
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.models import Donor, LabelTemplate, Organisation, Person, Programme, Role, Supplier
from logistics.parties.reads import donors_named
from logistics.parties.standing import require_standing
from logistics.storage.rows import new_id
from logistics.storage.transactions import action
from logistics.storage.writes import add_together

REFERENCE_LENGTH = 8
TREE_DEPTH_MAX = 8


class ProofKindUnknown(Unacceptable):
    code = "proof_kind_unknown"
    zh = "不认识的签收凭证种类：{kinds}。"
    en = "No such kind of proof: {kinds}."


class CodeTaken(Conflicting):
    code = "code_taken"
    zh = "代码 {code} 已被使用。"
    en = "The code {code} is taken."


class ProgrammeClosed(Conflicting):
    code = "programme_closed"
    zh = "公益项目 {programme} 已关闭。"
    en = "The programme {programme} is closed."


class TreeTooDeep(Unacceptable):
    code = "tree_too_deep"
    zh = "单位层级最多 {most} 层。"
    en = "Organisations stand at most {most} levels deep."


class RoleUnknown(Unacceptable):
    code = "role_unknown"
    zh = "没有角色 {role}。"
    en = "There is no role {role}."


def require_proof_kinds(kinds: Collection[str]) -> None:
    """Refuse what no hand-over can prove, with ProofKindUnknown. A face is no kind of proof."""
    unknown = sorted(set(kinds) - set(REQUIRED_KINDS))
    if unknown:
        raise ProofKindUnknown(kinds=unknown, pointer="/required_proofs")


@action
def register_organisation(
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    kind: str,
    level: str,
    parent: Organisation | None = None,
    division_code: str = "",
    telephone: str = "",
    cause: Cause | None = None,
) -> Organisation:
    """Register a body in the tree. Refuses CodeTaken, TreeTooDeep."""
    if Organisation.objects.filter(code=code).exists():
        raise CodeTaken(code=code, pointer="/code")
    organisation_id = new_id()
    path = f"{parent.path if parent else ''}{organisation_id.hex}/"
    if path.count("/") > TREE_DEPTH_MAX:
        raise TreeTooDeep(most=TREE_DEPTH_MAX, pointer="/parent")
    organisation = Organisation.objects.create(
        id=organisation_id,
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        level=level,
        parent=parent,
        division_code=division_code,
        telephone=telephone,
        path=path,
    )
    note_registered([organisation], cause=cause)
    return organisation


@action
def register_programme(
    *,
    organisation: Organisation,
    code: str,
    name_zh: str,
    name_en: str = "",
    is_for_persons: bool = False,
    required_proofs: Sequence[str] = (),
    days_per_stage: Mapping[str, int] | None = None,
    thanks: str = "",
    label_template: str = LabelTemplate.FULL,
    cause: Cause | None = None,
) -> Programme:
    """Register a public-benefit programme. Refuses CodeTaken, ProofKindUnknown."""
    require_proof_kinds(required_proofs)
    if Programme.objects.filter(code=code).exists():
        raise CodeTaken(code=code, pointer="/code")
    programme = Programme.objects.create(
        organisation=organisation,
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        is_for_persons=is_for_persons,
        required_proofs=list(required_proofs),
        days_per_stage=dict(days_per_stage or {}),
        thanks=thanks,
        label_template=label_template,
    )
    note_registered([programme], cause=cause)
    return programme


def require_open(programme: Programme) -> None:
    """Refuse ProgrammeClosed for a closed programme."""
    if not programme.is_open:
        raise ProgrammeClosed(programme=programme.code, pointer="/programme")


@dataclass(frozen=True)
class NewDonor:
    """Who gives, by kind and name: perhaps known already, perhaps not."""

    kind: str
    name: str


@action
def register_donor(
    *, organisation: Organisation, kind: str, name: str, may_be_named: bool = False, cause: Cause | None = None
) -> Donor:
    """Register who gives, and open the donor's account."""
    return _registered_donors(organisation, [NewDonor(kind, name)], cause, may_be_named=may_be_named)[0]


@action
def known_donor(*, organisation: Organisation, donor: Donor | NewDonor, cause: Cause | None = None) -> Donor:
    """Return the donor, or the organisation's donor of this kind and name, registering who is new.

    Of two calls at once with the same new name one registers; the other meets the constraint and looks again.
    """
    return known_donors(organisation=organisation, donors=[donor], cause=cause)[0]


@action
def known_donors(
    *, organisation: Organisation, donors: Sequence[Donor | NewDonor], cause: Cause | None = None
) -> list[Donor]:
    """Return what `known_donor` does for each, in a constant number of statements."""
    wanted = dict.fromkeys(donor for donor in donors if isinstance(donor, NewDonor))
    standing: dict[NewDonor, Donor] = {}
    if wanted:
        rows = donors_named(organisation=organisation, names=sorted({donor.name for donor in wanted}))
        # Of several with one name the oldest stays, since it comes last.
        standing = {NewDonor(row.kind, row.name): row for row in rows}
        new = [donor for donor in wanted if donor not in standing]
        standing |= dict(zip(new, _registered_donors(organisation, new, cause, is_found_by_name=True), strict=True))
    return [standing[donor] if isinstance(donor, NewDonor) else donor for donor in donors]


def _registered_donors(
    organisation: Organisation,
    donors: Sequence[NewDonor],
    cause: Cause | None,
    *,
    may_be_named: bool = False,
    is_found_by_name: bool = False,
) -> list[Donor]:
    rows = []
    for donor in donors:
        donor_id, reference = new_id(), new_reference("D")
        account = Account(
            kind=AccountKind.DONOR, subject_id=donor_id, organisation_id=organisation.id, reference=reference
        )
        rows.append(
            Donor(
                id=donor_id,
                organisation=organisation,
                kind=donor.kind,
                name=donor.name,
                reference=reference,
                may_be_named=may_be_named,
                is_found_by_name=is_found_by_name,
                account=account,
            )
        )
    if rows:
        open_accounts([row.account for row in rows])
        add_together(rows)
        note_registered(rows, cause=cause)
    return rows


@action
def register_supplier(
    *, organisation: Organisation, code: str, name_zh: str, name_en: str = "", cause: Cause | None = None
) -> Supplier:
    """Register who sells goods to us, and open the supplier's account. Refuses CodeTaken."""
    if Supplier.objects.filter(code=code).exists():
        raise CodeTaken(code=code, pointer="/code")
    supplier_id = new_id()
    account = open_account(
        kind=AccountKind.SUPPLIER, subject_id=supplier_id, organisation_id=organisation.id, reference=code
    )
    supplier = Supplier.objects.create(
        id=supplier_id, organisation=organisation, code=code, name_zh=name_zh, name_en=name_en, account=account
    )
    note_registered([supplier], cause=cause)
    return supplier


@action
def register_person(
    *,
    organisation: Organisation,
    username: str,
    name: str,
    roles: Sequence[str],
    password: str,
    cause: Cause | None = None,
) -> Person:
    """Register somebody who signs in. Refuses CodeTaken (the username), RoleUnknown."""
    if Person.objects.filter(username=username).exists():
        raise CodeTaken(code=username, pointer="/username")
    require_roles(roles)
    person = Person(organisation=organisation, username=username, name=name, roles=list(roles))
    person.set_password(password)
    person.save(force_insert=True)
    note_registered([person], cause=cause)
    return person


def require_roles(roles: Sequence[str]) -> None:
    """Refuse RoleUnknown for a role that there is not."""
    for role in roles:
        if role not in Role.values:
            raise RoleUnknown(role=role, pointer="/roles")


@action
def change_password(*, person: Person, password: str, cause: Cause | None = None) -> None:
    """Give somebody another password. The history says that it changed, never what it is. Refuses AccountErased."""
    require_standing(person.id)
    before = facts_of(person)
    person.set_password(password)
    person.save(update_fields=["password"])
    note_changed(person, before=before, after={**before, "password": "changed"}, cause=cause)


def new_reference(letter: str) -> str:
    """Make a reference such as D-7K2M9QXR that ledgers show instead of a name."""
    return f"{letter}-{''.join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))}"
