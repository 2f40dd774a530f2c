"""The pages of sponsorships."""

from django.urls import URLPattern, path

from logistics.web.views import letters, sponsorships

SPONSORSHIP_PAGES: list[URLPattern] = [
    path("sponsorships", sponsorships.sponsorships, name="sponsorships"),
    path("sponsorships/new", sponsorships.sponsorship_new, name="sponsorship-new"),
    path("sponsorships/<uuid:sponsorship_id>", sponsorships.sponsorship, name="sponsorship"),
    path("sponsorships/<uuid:sponsorship_id>/letters/<uuid:letter_id>", letters.letter, name="letter"),
    path("sponsorships/<uuid:sponsorship_id>/<str:step>", sponsorships.sponsorship_step, name="sponsorship-step"),
    path("Q/<str:code>/sponsor", sponsorships.sponsor, name="sponsor"),
]
