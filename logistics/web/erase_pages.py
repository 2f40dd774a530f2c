"""What the pages share on which somebody is erased: a family, who helps, who signs in. And what is handed out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from logistics.kernel.canonical import CanonicalValue
from logistics.storage.erasing import Holding
from logistics.storage.erasures import Part
from logistics.web.doors import language


@dataclass(frozen=True)
class ErasePage:
    """Whom a page erases: what they are called, what is kept of them, what hinders, and what goes and stays in words.

    `look` asks why the export is opened, where that is asked.
    """

    kind: str
    reference: str
    name: str
    kept: Sequence[Part]
    open: Sequence[str]
    goes_and_stays: str
    export_url: str
    back_url: str
    back: str
    look: forms.Form | None = None

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Say each part in the page's language, with how many rows it has."""
        return [(part.en if language() == "en" else part.zh, part.count) for part in self.kept]


def show_erase_page(request: HttpRequest, page: ErasePage, form: forms.Form) -> HttpResponse:
    """Show what goes and what stays; 422 where something is refused."""
    return render(request, "web/erase.html", {"page": page, "form": form}, status=422 if form.errors else 200)


def handed_out(
    request: HttpRequest, reference: str, said: Mapping[str, CanonicalValue], kept: Sequence[Holding[Any]]
) -> HttpResponse:
    """Hand out what is kept of somebody: as JSON, or as a page to print."""
    if request.POST.get("as") == "json":
        text = json.dumps({"reference": reference, **said}, ensure_ascii=False, indent=2)
        answer = HttpResponse(text, content_type="application/json; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{reference}.json"'
        return answer
    words = {one.name: one.en if language() == "en" else one.zh for one in kept}
    parts = [(words[name], rows) for name, rows in said.items() if rows]
    return render(request, "web/person_export.html", {"reference": reference, "parts": parts, "now": timezone.now()})
