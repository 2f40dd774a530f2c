"""A line of text with suggestions: what is there is chosen by a touch, what is not may be typed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from logistics.households.access import townships_of
from logistics.households.divisions import divisions_within
from logistics.parcels.reads import batches_of
from logistics.parties.models import Organisation


class SuggestingInput(forms.TextInput):
    """A line with a list of values below it, by the browser's own means."""

    # What is written into the line, and what it means to people where that is not the same.
    suggestions: tuple[tuple[str, str], ...] = ()

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Draw the line, and its list where there is something to suggest."""
        if not self.suggestions:
            return super().render(name, value, attrs, renderer)
        list_id = f"suggested-{name}"
        line = super().render(name, value, {**(attrs or {}), "list": list_id, "autocomplete": "off"}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self.suggestions)
        return format_html('{}<datalist id="{}">{}</datalist>', line, list_id, options)


def suggest(form: forms.BaseForm, **values: Iterable[tuple[str, str]]) -> None:
    """Say what the lines of a form suggest, by the name of the field; fields that the form does not have are passed."""
    for name, pairs in values.items():
        if name in form.fields:
            line = SuggestingInput(attrs=form.fields[name].widget.attrs)
            line.suggestions = tuple(pairs)
            form.fields[name].widget = line


def suggest_places(form: forms.BaseForm, organisation: Organisation) -> None:
    """Suggest the batches that were planned last, the townships where families are known, and the body's divisions."""
    suggest(
        form,
        batch=_plain(batches_of(organisation)),
        township=_plain(townships_of(organisation)),
        division_code=divisions_within(organisation.division_code),
    )


def _plain(texts: Iterable[str]) -> list[tuple[str, str]]:
    return [(text, "") for text in texts if text]
