"""The pages about devices and rounds, and what a telephone needs to trust this installation."""

from django.urls import URLPattern, path

from logistics.web.views import certificate, devices, rounds

DEVICE_PAGES: list[URLPattern] = [
    path("devices", devices.devices, name="devices"),
    path("devices/<uuid:device_id>", devices.device, name="device"),
    path("certificate.crt", certificate.certificate, name="certificate"),
    path("pin", devices.pin, name="pin"),
    path("rounds", rounds.rounds, name="rounds"),
    path("rounds/new", rounds.round_new, name="round-new"),
    path("rounds/<uuid:round_id>", rounds.one_round, name="round"),
    path("rounds/<uuid:round_id>/<str:step>", rounds.round_step, name="round-step"),
]
