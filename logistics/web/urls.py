"""Every page."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path
from django.views.i18n import set_language

from logistics.web import audit_urls
from logistics.web.care_urls import CARE_PAGES
from logistics.web.device_urls import DEVICE_PAGES
from logistics.web.family_urls import FAMILY_PAGES
from logistics.web.household_urls import HOUSEHOLD_PAGES
from logistics.web.lists_urls import LIST_PAGES
from logistics.web.money_urls import MONEY_PAGES
from logistics.web.need_urls import urlpatterns as NEED_PAGES
from logistics.web.paper_urls import PAPER_PAGES
from logistics.web.replies_urls import REPLY_PAGES
from logistics.web.sponsorship_urls import SPONSORSHIP_PAGES
from logistics.web.views import (
    auditor,
    codes,
    disputes,
    entries,
    home,
    keeper,
    keys,
    label_life,
    labels,
    ledgers,
    officer,
    printers,
    proofs,
    scan,
    sign_in,
    station,
    townships,
    webhooks,
)
from logistics.web.volunteering_urls import VOLUNTEERING_PAGES

app_name = "web"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("language", set_language, name="language"),
    path("find", codes.find, name="find"),
    path("Q/<str:code>", codes.show_code, name="code"),
    path("q/<str:code>", codes.show_code),
    path("scan/", station.station, name="scan"),
    path("scan/plain", scan.scan, name="scan-plain"),
    path("scan/undo", scan.undo, name="undo"),
    path("scan/worker.js", station.worker, name="station-worker"),
    path("scan/manifest.webmanifest", station.manifest, name="station-manifest"),
    path("scan/app/<str:version>/<path:name>", station.station_file, name="station-file"),
    path("stock", keeper.stock, name="stock"),
    path("receive", keeper.receive, name="receive"),
    path("assemble", keeper.assemble, name="assemble"),
    path("plan", keeper.plan, name="plan"),
    path("purchases/new", keeper.purchase, name="purchase"),
    path("labels", labels.labels, name="labels"),
    path("labels/printers", printers.printers, name="printers"),
    path("labels/printers/<str:code>", printers.printer, name="printer"),
    path("labels/papers/new", printers.own_sheet, name="own-sheet"),
    path("labels/papers/<str:name>.pdf", printers.calibration_pdf, name="calibration"),
    path("labels/<uuid:batch_id>", labels.label_batch, name="label-batch"),
    path("labels/<uuid:batch_id>.pdf", labels.labels_pdf, name="labels-pdf"),
    path("labels/<uuid:batch_id>/cancel", labels.label_batch_cancel, name="label-batch-cancel"),
    path("labels/<uuid:batch_id>/<int:number>.pdf", labels.label_chunk_pdf, name="label-chunk"),
    path("labels/<uuid:batch_id>/first-sheet.png", labels.label_picture, name="label-picture"),
    path("attention", officer.attention, name="attention"),
    path("parcels", officer.parcels, name="parcels"),
    path("townships", townships.townships, name="townships"),
    path("parcels/<str:code>", officer.parcel, name="parcel"),
    path("parcels/<str:code>/label", label_life.label, name="label"),
    path("parcels/<str:code>/label/revoke", label_life.revoke, name="label-revoke"),
    path("parcels/<str:code>/proofs", proofs.proofs, name="proofs"),
    path("parcels/<str:code>/proofs/<uuid:proof_id>", proofs.proof, name="proof"),
    path("parcels/<str:code>/proofs/<uuid:proof_id>.jpg", proofs.proof_jpg, name="proof-jpg"),
    path("parcels/<str:code>/settle", disputes.settle, name="settle"),
    path("parcels/<str:code>/cancel", officer.cancel, name="cancel"),
    path("funds", officer.funds, name="funds"),
    path("gifts/new", officer.gift, name="gift"),
    path("grants", officer.grants, name="grants"),
    path("grants/<uuid:grant_id>/<str:step>", officer.grant_step, name="grant-step"),
    path("households", officer.households, name="households"),
    path("ledgers", ledgers.ledgers, name="ledgers"),
    path("ledgers/<str:name>", ledgers.ledger, name="ledger"),
    path("entries/<uuid:entry_id>", entries.entry, name="entry"),
    path("entries/<uuid:entry_id>/proof", entries.proof, name="entry-proof"),
    path("trace", auditor.trace, name="trace"),
    path("trace/<str:code>", auditor.trace_code, name="trace-code"),
    path("keys", keys.keys, name="keys"),
    path("keys/sandbox", keys.sandbox_reset, name="sandbox-reset"),
    path("keys/<uuid:key_id>", keys.key, name="key"),
    path("keys/<uuid:key_id>/rotate", keys.key_rotate, name="key-rotate"),
    path("webhooks", webhooks.webhooks, name="webhooks"),
    path("webhooks/<uuid:endpoint_id>", webhooks.webhook, name="webhook"),
    path("webhooks/<uuid:endpoint_id>/<str:step>", webhooks.webhook_step, name="webhook-step"),
    path("webhooks/<uuid:endpoint_id>/again/<uuid:delivery_id>", webhooks.webhook_again, name="webhook-again"),
    *CARE_PAGES,
    *DEVICE_PAGES,
    *HOUSEHOLD_PAGES,
    *FAMILY_PAGES,
    *LIST_PAGES,
    *MONEY_PAGES,
    *PAPER_PAGES,
    *NEED_PAGES,
    *REPLY_PAGES,
    *SPONSORSHIP_PAGES,
    *VOLUNTEERING_PAGES,
    *audit_urls.urlpatterns,
]
