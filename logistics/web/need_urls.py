"""The pages of needs."""

from django.urls import URLPattern, path

from logistics.web.views import needs

urlpatterns: list[URLPattern] = [
    path("needs", needs.needs, name="needs"),
    path("needs/<uuid:need_id>", needs.need, name="need"),
]
