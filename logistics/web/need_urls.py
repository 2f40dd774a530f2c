"""The pages of needs."""

from django.urls import URLPattern, path

from logistics.web.views import needs, station

urlpatterns: list[URLPattern] = [
    path("visits/", station.station, {"shell": station.VISITS}, name="visits"),
    path("visits/worker.js", station.worker, {"shell": station.VISITS}, name="visits-worker"),
    path("visits/manifest.webmanifest", station.manifest, {"shell": station.VISITS}, name="visits-manifest"),
    path("needs", needs.needs, name="needs"),
    path("needs/<uuid:need_id>", needs.need, name="need"),
]
