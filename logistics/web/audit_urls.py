"""The auditor's pages and those of who looks after auditors."""

from django.urls import URLPattern, path

from logistics.web.views import (
    audit,
    bundles,
    changes,
    colleague_erase,
    evidence,
    evidence_files,
    findings,
    keys,
    mandates,
    masters,
    periods,
    samples,
)

urlpatterns: list[URLPattern] = [
    path("audit", audit.audit, name="audit"),
    path("audit/mandate", mandates.mandate_choose, name="mandate-choose"),
    path("audit/mandates", mandates.mandates, name="mandates"),
    path("audit/mandates/new-auditor", mandates.auditor_new, name="auditor-new"),
    path("audit/mandates/<uuid:mandate_id>", mandates.mandate, name="mandate"),
    path("audit/mandates/<uuid:mandate_id>/approve", mandates.mandate_approve, name="mandate-approve"),
    path("audit/mandates/<uuid:mandate_id>/key", keys.mandate_key, name="mandate-key"),
    path("audit/findings", findings.findings, name="findings"),
    path("audit/findings/new", findings.finding_new, name="finding-new"),
    path("audit/findings/<uuid:finding_id>", findings.finding, name="finding"),
    path("audit/periods", periods.periods, name="periods"),
    path("audit/periods/<uuid:period_id>/<str:step>", periods.period_step, name="period-step"),
    path("audit/evidence", evidence.evidence, name="evidence"),
    path("audit/evidence/<str:code>", evidence.evidence_parcel, name="evidence-parcel"),
    path("audit/evidence/<str:code>/file", evidence_files.evidence_file, name="evidence-file"),
    path("audit/evidence-files/<uuid:job_id>", evidence_files.evidence_job, name="evidence-job"),
    path("audit/evidence-files/<uuid:job_id>.pdf", evidence_files.evidence_pdf, name="evidence-pdf"),
    path("audit/bundles", bundles.bundles, name="bundles"),
    path("audit/bundles/<uuid:job_id>", bundles.bundle, name="bundle"),
    path("audit/bundles/<uuid:job_id>.zip", bundles.bundle_zip, name="bundle-zip"),
    path("audit/sample", samples.sample, name="sample"),
    path("audit/changes", changes.changes, name="changes"),
    path("masters", masters.masters, name="masters"),
    path("masters/people/<str:key>/erase-all", colleague_erase.colleague_erase, name="colleague-erase"),
    path("masters/people/<str:key>/export", colleague_erase.colleague_export, name="colleague-export"),
    path("masters/<str:kind>", masters.masters, name="masters-of"),
    path("masters/<str:kind>/<str:key>", masters.master, name="master"),
]
