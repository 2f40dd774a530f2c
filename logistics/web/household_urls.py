"""The pages about households that may be one, and lists of households that come as files."""

from django.urls import URLPattern, path

from logistics.web.views import duplicates, household_imports

HOUSEHOLD_PAGES: list[URLPattern] = [
    path("households/duplicates", duplicates.duplicates, name="duplicates"),
    path("households/duplicates/search", duplicates.duplicates_search, name="duplicates-search"),
    path("households/duplicates/<uuid:pair_id>", duplicates.duplicate, name="duplicate"),
    path("households/duplicates/<uuid:pair_id>/merge", duplicates.duplicate_merge, name="duplicate-merge"),
    path("households/duplicates/<uuid:pair_id>/apart", duplicates.duplicate_apart, name="duplicate-apart"),
    path("households/imports", household_imports.household_imports, name="household-imports"),
    path("households/imports/template.xlsx", household_imports.household_template, name="household-template"),
    path("households/imports/<uuid:job_id>", household_imports.household_import, name="household-import"),
    path(
        "households/imports/<uuid:job_id>/record",
        household_imports.household_import_record,
        name="household-import-record",
    ),
    path("households/merges/<uuid:merge_id>/undo", duplicates.merge_undo, name="merge-undo"),
]
