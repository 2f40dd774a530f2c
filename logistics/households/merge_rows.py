"""Change rows and keep what each column was and became, so that it can be put back as far as it still stands."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Model

from logistics.households.family_models import Guardian, Hardship, HouseholdPhoto, MemberConsent
from logistics.households.models import Household, Member

_MODELS: Mapping[str, type[Model]] = {
    model.__name__: model for model in (Household, Member, Hardship, Guardian, MemberConsent, HouseholdPhoto)
}
# For each row, by model and id, what each changed column was and became.
Noted = dict[str, dict[str, list[str | bool | None]]]


@dataclass
class KeptChanges:
    """What was changed, in order. Rows are saved here, so that nothing is changed and forgotten."""

    noted: Noted = field(default_factory=dict)

    def set(self, row: Model, values: Mapping[str, object]) -> None:
        """Change columns of a row and save it."""
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            return
        columns = self.noted.setdefault(f"{type(row).__name__}:{row.pk}", {})
        for name, value in changed.items():
            was = columns[name][0] if name in columns else _said(getattr(row, name))
            setattr(row, name, value)
            columns[name] = [was, _said(value)]
        row.save(update_fields=list(changed))

    def as_json(self) -> str:
        """Write it down."""
        return json.dumps(self.noted, ensure_ascii=False)


def put_back(written: str) -> None:
    """Put back every column that still is what it became; what was corrected since stays."""
    noted: Noted = json.loads(written or "{}")
    for key, columns in noted.items():
        name, _, row_id = key.partition(":")
        row = _MODELS[name]._default_manager.filter(pk=uuid.UUID(row_id)).first()
        if row is None:
            continue
        back = {column: was for column, (was, became) in columns.items() if _said(getattr(row, column)) == became}
        for column, was in back.items():
            said = row._meta.get_field(column.removesuffix("_id"))
            setattr(row, column, said.to_python(was))  # type: ignore[union-attr]  # -- columns, as `set` took them
        if back:
            row.save(update_fields=list(back))


def _said(value: object) -> str | bool | None:
    if value is None or isinstance(value, bool):
        return value
    return value.isoformat() if isinstance(value, dt.date) else str(value)
