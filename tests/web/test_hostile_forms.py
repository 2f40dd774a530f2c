"""Every field of every form with what breaks careless pages: refused in words, never a page that broke."""

import re
import time

import pytest
from django.db import transaction
from django.test import Client

from tests.api.home_rows import rows_of
from tests.cast import PASSWORD, World
from tests.neighbours import at_home
from tests.web.test_forms_beside import NOT_OURS, _forms

SECONDS_MAX = 2.0
HOSTILE = ("9999-12-31", "0001-01-01", "9" * 5_000, "a\0b")


@pytest.mark.timeout(600)
def test_no_field_of_any_form_breaks_its_page(world: World) -> None:
    own = rows_of(at_home(world, world.county, "own"))
    client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})
    assert client.login(username="own", password=PASSWORD)
    broken, seen, asked = {}, set(), 0
    for form in _forms(client, own):
        for name in sorted(set(form.values) - {"csrfmiddlewaretoken", "next"}):
            place = (re.sub(r"[0-9a-f-]{36}|[A-Z0-9]{20}", "#", form.action), form.method, name)
            if place in seen:
                continue
            seen.add(place)
            for value in HOSTILE:
                point, began = transaction.savepoint(), time.process_time()
                values = {key: said or "x" for key, said in form.values.items()} | {name: value}
                answer = (client.post if form.method == "post" else client.get)(form.action, values)
                transaction.savepoint_rollback(point)
                asked += 1
                if answer.status_code >= 500 or time.process_time() - began > SECONDS_MAX:
                    broken[form.action, name, value[:20]] = answer.status_code
    assert "once" in NOT_OURS and asked > 500
    assert not broken, broken
