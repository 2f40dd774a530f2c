"""Printers and label papers: what is there, how it is set, and the page that shows how far a printer misses."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from logistics.kernel.refusals import Refusal
from logistics.press.label_papers import (
    change_printer,
    get_printer,
    printers_for,
    register_printer,
    register_sheet,
    sheets_for,
)
from logistics.press.reads import calibration_file
from logistics.web.doors import PACKERS, actor_of, explain, for_roles, language
from logistics.web.forms import PageForm
from logistics.web.label_forms import OwnSheetForm, PrinterForm, PrinterSettingsForm
from logistics.web.templatetags.nuanliu import in_millimetres


@for_roles(*PACKERS)
def printers(request: HttpRequest) -> HttpResponse:
    """List printers and papers, and register a printer."""
    organisation = actor_of(request).organisation
    form = PrinterForm(request.POST or None, organisation=organisation)
    register = partial(register_printer, organisation=organisation)
    if _is_done(request, form, register, _("Registered. Print its calibration page next.")):
        return redirect("web:printers")
    rows = printers_for(organisation).prefetch_related("positions")
    context = {"form": form, "printers": rows, "sheets": sheets_for(organisation).values()}
    return render(request, "web/printers.html", context, status=422 if form.errors else 200)


@for_roles(*PACKERS)
def printer(request: HttpRequest, code: str) -> HttpResponse:
    """Set a printer to what its calibration page showed."""
    organisation = actor_of(request).organisation
    row = get_printer(code=code, organisation=organisation)
    initial = {
        "dots_per_inch": row.dots_per_inch,
        "offset_x_um": in_millimetres(row.offset_x_um),
        "offset_y_um": in_millimetres(row.offset_y_um),
    }
    form = PrinterSettingsForm(request.POST or None, organisation=organisation, initial=initial)
    change = partial(change_printer, printer=row)
    if _is_done(request, form, change, _("Set. Print the calibration page once more to see it.")):
        return redirect("web:printers")
    intro = _("A printer that prints 1.5 mm too far right needs 1.5 less to the right.")
    return _form_page(request, form, title=row.name, intro=intro)


@for_roles(*PACKERS)
def own_sheet(request: HttpRequest) -> HttpResponse:
    """Register a label paper of one's own."""
    organisation = actor_of(request).organisation
    form = OwnSheetForm(request.POST or None, organisation=organisation)
    register = partial(register_sheet, organisation=organisation)
    if _is_done(request, form, register, _("Registered. Print its calibration page next.")):
        return redirect("web:printers")
    intro = _("Measure with a ruler from the page's top left corner.")
    return _form_page(request, form, title=_("Register a label paper"), intro=intro)


@for_roles(*PACKERS)
def calibration_pdf(request: HttpRequest, name: str) -> HttpResponse:
    """Give the page that shows how far a printer misses a paper."""
    organisation = actor_of(request).organisation
    try:
        pdf = calibration_file(sheet=name, printer=request.GET.get("printer", ""), organisation=organisation)
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
        return redirect("web:printers")
    headers = {"Content-Disposition": f'inline; filename="calibration-{name}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _is_done(request: HttpRequest, form: PageForm, work: Callable[..., object], told: str) -> bool:
    """Do what a form asks for, and say so; false where the form is shown, with what was refused."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        work(**{name: value for name, value in form.cleaned_data.items() if name != "once"})
    except Refusal as refusal:
        explain(form, refusal)
        return False
    messages.success(request, told)
    return True


def _form_page(request: HttpRequest, form: PageForm, *, title: str, intro: str) -> HttpResponse:
    context = {"form": form, "title": title, "intro": intro}
    return render(request, "web/form.html", context, status=422 if form.errors else 200)
