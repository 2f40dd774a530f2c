"""The pages of the way onto a list."""

from django.urls import URLPattern, path

from logistics.web.views import application_filing as filing
from logistics.web.views import (
    applications,
    list_allocation,
    list_rules,
    lists,
    need_timetables,
    notice_desk,
    public_notices,
)

LIST_PAGES: list[URLPattern] = [
    path("applications", filing.applications, name="applications"),
    path("applications/new", filing.application_new, name="application-new"),
    path("applications/<uuid:application_id>", applications.application, name="application"),
    path(
        "applications/<uuid:application_id>/withdraw",
        filing.application_withdraw,
        name="application-withdraw",
    ),
    path("notices/", public_notices.public_notices, name="public-notices"),
    path("notices/publish", notice_desk.notice_publish, name="notice-publish"),
    path("notices/<uuid:notice_id>", public_notices.public_notice, name="public-notice"),
    path("notices/<uuid:notice_id>/draft", lists.list_draft, name="list-draft"),
    path("objections/<uuid:objection_id>/answer", notice_desk.objection_answer, name="objection-answer"),
    path("lists", lists.lists, name="lists"),
    path("lists/programmes", list_rules.list_programmes, name="list-programmes"),
    path("lists/programmes/<str:code>", list_rules.list_rules, name="list-rules"),
    path("lists/programmes/<str:code>/needs", need_timetables.need_timetable, name="need-timetable"),
    path("lists/programmes/<str:code>/weights", list_rules.weights_propose, name="weights-propose"),
    path("lists/programmes/<str:code>/weights/<int:number>/<str:step>", list_rules.weights_step, name="weights-step"),
    path("lists/<uuid:list_id>", lists.one_list, name="list"),
    path("lists/<uuid:list_id>/allocate", list_allocation.list_allocate, name="list-allocate"),
    path("lists/allocations/<uuid:job_id>/cancel", list_allocation.list_allocate_cancel, name="list-allocate-cancel"),
    path("lists/<uuid:list_id>/what-if", lists.list_what_if, name="list-what-if"),
]
