"""The pages of gifts, their papers and bills, and of everything that is printed."""

from django.urls import URLPattern, path

from logistics.web.views import bills, gifts, imports, papers, returned

PAPER_PAGES: list[URLPattern] = [
    path("gifts", gifts.gifts, name="gifts"),
    path("gifts/<uuid:donation_id>", gifts.gift, name="gift-papers"),
    path("gifts/<uuid:donation_id>/bill/photo", bills.bill_photo, name="bill-photo"),
    path("gifts/<uuid:donation_id>/bill/<str:step>", bills.bill_step, name="bill-step"),
    path("gifts/<uuid:donation_id>/<str:step>", gifts.paper_step, name="paper-step"),
    path("gifts/<uuid:donation_id>/<int:number>/<str:form>.pdf", gifts.paper_pdf, name="paper-pdf"),
    path("imports", imports.imports, name="imports"),
    path("imports/template.xlsx", imports.import_template, name="import-template"),
    path("imports/<uuid:job_id>", imports.import_file, name="import"),
    path("imports/<uuid:job_id>/record", imports.import_record, name="import-record"),
    path("returned-sheets", returned.returned_sheets, name="returned-sheets"),
    path("returned-sheets/<uuid:paper_id>", returned.returned_sheet, name="returned-sheet"),
    path("returned-sheets/<uuid:paper_id>/boxes/<uuid:row_id>.jpg", returned.returned_box, name="returned-box"),
    path("papers", papers.papers, name="papers"),
    path("papers/new/<str:kind>", papers.paper_new, name="paper-new"),
    path("papers/<uuid:job_id>", papers.paper, name="paper-job"),
    path("papers/<uuid:job_id>/file", papers.paper_file_of, name="paper-file"),
]
