"""How a form is shown as a page of its own, and how a step at a button is taken."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from logistics.kernel.refusals import Refusal
from logistics.web.doors import explain, language


def show_form(request: HttpRequest, form: Any, title: str, intro: str, *, lines: Any = None) -> HttpResponse:
    """Show a form, with its lines where it has any; 422 where something is refused."""
    is_refused = bool(form.errors) or bool(lines is not None and lines.is_bound and not lines.is_valid())
    context = {"form": form, "title": title, "intro": intro, "lines": lines}
    return render(request, "web/form.html", context, status=422 if is_refused else 200)


def filled(lines: Any) -> Sequence[dict[str, Any]]:
    """Take the lines that name an item."""
    return [line.cleaned_data for line in lines if line.cleaned_data.get("item")]


def is_done(form: Any, act: Callable[[], object]) -> bool:
    """Act, or show beside the form why not."""
    try:
        act()
    except Refusal as refusal:
        explain(form, refusal)
        return False
    return True


def take_step(request: HttpRequest, act: Callable[[], object], words: str) -> None:
    """Act and say so, or say why not."""
    try:
        act()
        messages.success(request, words)
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
