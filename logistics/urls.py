"""Every address of the installation."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("api.urls")),
    path("", include("logistics.web.urls")),
]

handler400 = "logistics.errors.unreadable"
handler404 = "logistics.errors.not_found"
handler500 = "logistics.errors.broken"
