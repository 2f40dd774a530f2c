"""The page for signing in: Django's own, for whoever does not guess."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from logistics.parties.sign_ins import LOCK_MINUTES, SignInLocked, begin_sign_in, note_signed_in
from logistics.partners.networks import line_of
from logistics.web.doors import language

NAME_LENGTH_MAX = 150


class SignIn(LoginView):
    """Sign in; after too many wrong passwords not even with the right one, for some minutes."""

    template_name = "web/sign_in.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at name and password, if it is not too often."""
        try:
            begin_sign_in(**self._who(), now=timezone.now())
        except SignInLocked as refusal:
            words = refusal.en if language() == "en" else refusal.zh
            context = self.get_context_data(locked=words.format(**refusal.facts))
            headers = {"Retry-After": str(LOCK_MINUTES * 60)}
            return self.render_to_response(context, status=429, headers=headers)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let in."""
        note_signed_in(**self._who(), now=timezone.now())
        return super().form_valid(form)

    def _who(self) -> dict[str, str]:
        return {
            "username": self.request.POST.get("username", "")[:NAME_LENGTH_MAX],
            "source": line_of(self.request.META),
        }
