"""What every page needs: who may open it, and how a refusal is shown beside the field that it concerns."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language

from logistics.audits.access import actor_for
from logistics.audits.mandates import record_look
from logistics.audits.sessions import chosen_mandate
from logistics.kernel.refusals import Refusal
from logistics.parties.actors import Actor
from logistics.parties.models import Person, Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

KEEPERS = (Role.KEEPER, Role.ADMINISTRATOR)
SCANNERS = (Role.KEEPER, Role.COURIER, Role.OFFICER, Role.ADMINISTRATOR)
OFFICERS = (Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR)
# Who visits families, and who looks after what they lack.
LIAISONS = (Role.LIAISON, *OFFICERS)
APPROVERS = (Role.APPROVER, Role.ADMINISTRATOR)
PACKERS = (*KEEPERS, Role.OFFICER)
AUDITORS = (Role.AUDITOR, *OFFICERS)
ADMINISTRATORS = (Role.ADMINISTRATOR,)
# Who looks after goods on the shelf and on the way.
CARERS = (Role.KEEPER, *OFFICERS)


def for_roles(*roles: str) -> Callable[[View[P]], View[P]]:
    """Open a page to people with one of the roles. Others find nothing there; strangers are asked to sign in."""

    def decorate(view: View[P]) -> View[P]:
        def run(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            person = request.user
            if not isinstance(person, Person) or not person.is_active:
                return redirect_to_login(request.get_full_path())
            if not person.has_role(*roles):
                raise Http404
            record_look(actor=actor_of(request), address=request.get_full_path(), now=timezone.now())
            return view(request, *args, **kwargs)

        return functools.update_wrapper(run, view)

    return decorate


def actor_of(request: HttpRequest) -> Actor:
    """Return who is at the page, as the actions know it. Refuses MandateAbsent for an auditor without a mandate."""
    known: Actor | None = vars(request).get("_actor")
    if known is None:
        person = cast(Person, request.user)
        known = actor_for(person, now=timezone.now(), mandate_id=chosen_mandate(request))
        request._actor = known  # type: ignore[attr-defined]  # -- asked for more than once a page
    return known


def language() -> str:
    """Return `zh` or `en`, whichever the page is in."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def explain(form: BaseForm, refusal: Refusal) -> None:
    """Show a refusal in the page's language, beside the field that it points at or above the form."""
    words = refusal.message(language())
    for part in (refusal.pointer or "").strip("/").split("/"):
        if part in form.fields:
            form.add_error(part, words)
            return
    form.add_error(None, words)
