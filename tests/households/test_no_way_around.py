"""No tool of an operator is a way around the masks, as far as can be: `dumpdata`, `repr`, and there is no admin."""

import io
import json

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.serializers import deserialize
from django.urls import get_resolver

from logistics.households.models import Household, Member
from logistics.storage.secrets import EncryptedTextField
from tests.cast import World

SECRETS = ("示例家庭", "示例村一组", "13800138000", "示例女童")


def test_dumpdata_shows_nobody(world: World) -> None:
    told = io.StringIO()
    call_command("dumpdata", "households", "journal", stdout=told)
    text = json.dumps(json.loads(told.getvalue()), ensure_ascii=False)
    assert str(world.family.id) in text
    assert [secret for secret in SECRETS if secret in text] == []


def test_what_was_dumped_is_read_again_as_it_was(world: World) -> None:
    told = io.StringIO()
    call_command("dumpdata", "households.household", "households.member", stdout=told)
    read = {row.object.pk: row.object for row in deserialize("json", told.getvalue())}
    assert read[world.family.id].head_name == "示例家庭"
    assert read[world.girl.id].name == "示例女童"


def test_a_text_that_looks_encrypted_and_is_not_stays_as_it_is(world: World) -> None:
    field = Household._meta.get_field("address")
    assert isinstance(field, EncryptedTextField)
    for text in ("v1.k1." + "A" * 60, "v1.k9." + "A" * 60, "v1.x", "示例"):
        assert field.to_python(text) == text


@pytest.mark.parametrize("model", [Household, Member])
def test_a_row_in_a_shell_or_a_traceback_names_nobody(world: World, model: type[Household]) -> None:
    told = "".join(repr(row) + str(row) for row in model.objects.all())
    assert [secret for secret in SECRETS if secret in told] == []


def test_there_is_no_admin() -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert [name for name in get_resolver().reverse_dict if "admin:" in str(name)] == []
