"""Ask for mandates, what was looked at under them, and findings."""

import uuid

from django.db.models import QuerySet

from logistics.audits.models import AuditLook, AuditMandate, Finding
from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation


class MandateMissing(Missing):
    code = "mandate_missing"
    zh = "没有找到这份审计授权。"
    en = "There is no such mandate."


class FindingMissing(Missing):
    code = "finding_missing"
    zh = "没有找到这条审计发现。"
    en = "There is no such finding."


def visible_mandates(organisation: Organisation) -> "QuerySet[AuditMandate]":
    """Return the mandates over an organisation and those below it, newest first."""
    rows = AuditMandate.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("person", "organisation").order_by("-id")


def get_mandate(*, mandate_id: uuid.UUID, organisation: Organisation) -> AuditMandate:
    """Return the mandate with this id. Refuses MandateMissing, also for another organisation's."""
    found = visible_mandates(organisation).filter(id=mandate_id).first()
    if found is None:
        raise MandateMissing
    return found


def looks_of(mandate: AuditMandate) -> "QuerySet[AuditLook]":
    """Return what was looked at under a mandate, newest first."""
    return AuditLook.objects.filter(mandate=mandate).order_by("-id")


def visible_findings(organisation: Organisation) -> "QuerySet[Finding]":
    """Return the findings about an organisation and those below it, newest first."""
    rows = Finding.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("organisation").order_by("-id")


def get_finding(*, finding_id: uuid.UUID, organisation: Organisation) -> Finding:
    """Return the finding with this id. Refuses FindingMissing, also for another organisation's."""
    found = visible_findings(organisation).filter(id=finding_id).first()
    if found is None:
        raise FindingMissing
    return found
