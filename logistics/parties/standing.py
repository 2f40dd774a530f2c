"""Nothing is given any more to an account that was erased."""

import uuid

from logistics.kernel.refusals import Conflicting
from logistics.parties.models import Person


class AccountErased(Conflicting):
    code = "account_erased"
    zh = "这个账号已按规定删除，不能再修改或启用。"
    en = "This account was erased; it is changed and opened no more."


def require_standing(person_id: uuid.UUID) -> None:
    """Refuse AccountErased; until the caller's transaction ends nobody erases the account."""
    if Person.objects.select_for_update().get(id=person_id).erased_at is not None:
        raise AccountErased
