"""The pages about devices, rounds and families, and what a telephone needs to trust this installation."""

from django.urls import URLPattern, path

from logistics.web.views import certificate, devices, door_codes, families, rounds

DEVICE_PAGES: list[URLPattern] = [
    path("devices", devices.devices, name="devices"),
    path("devices/<uuid:device_id>", devices.device, name="device"),
    path("certificate.crt", certificate.certificate, name="certificate"),
    path("pin", devices.pin, name="pin"),
    path("rounds", rounds.rounds, name="rounds"),
    path("rounds/new", rounds.round_new, name="round-new"),
    path("rounds/<uuid:round_id>", rounds.one_round, name="round"),
    path("parcels/<str:code>/one-time-code", door_codes.one_time_code, name="one-time-code"),
    path("households/<uuid:household_id>", families.family, name="family"),
    path("households/<uuid:household_id>/collectors", families.collector_new, name="collector-new"),
    path(
        "households/<uuid:household_id>/collectors/<uuid:collector_id>/withdraw",
        families.collector_withdraw,
        name="collector-withdraw",
    ),
    path("households/<uuid:household_id>/erase", families.family_erase, name="family-erase"),
    path("rounds/<uuid:round_id>/add", rounds.round_add, name="round-add"),
    path("rounds/<uuid:round_id>/<str:step>", rounds.round_step, name="round-step"),
]
