"""Every address of the installation."""

from django.urls import include, path

from api.v1.devices import EnrolledHere

urlpatterns = [
    path("api/", include("api.urls")),
    # A door of the API at the scan page's own address, where the page's service worker reaches.
    path("scan/enrol-here", EnrolledHere.as_view(), name="enrol-here"),
    path("", include("logistics.web.urls")),
]

handler400 = "logistics.errors.unreadable"
handler404 = "logistics.errors.not_found"
handler500 = "logistics.errors.broken"
