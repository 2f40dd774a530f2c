"""The pages of one family: what is known of it, who looks, who is erased."""

from django.urls import URLPattern, path

from logistics.web.views import family_erase, family_facts, family_register, family_visits

ONE = "households/<uuid:household_id>"
MEMBER = f"{ONE}/members/<uuid:member_id>"
FAMILY_PAGES: list[URLPattern] = [
    path("households/find", family_register.family_find, name="family-find"),
    path("households/new", family_register.family_new, name="family-new"),
    path(f"{ONE}/correct", family_register.family_correct, name="family-correct"),
    path(f"{ONE}/members", family_facts.member_new, name="member-new"),
    path(f"{MEMBER}/correct", family_register.member_correct, name="member-correct"),
    path(f"{ONE}/visits", family_visits.family_visits, name="family-visits"),
    path(f"{ONE}/visits/photos/<uuid:photo_id>", family_visits.visit_photo_jpg, name="visit-photo"),
    path(f"{ONE}/facts", family_facts.facts, name="family-facts"),
    path(f"{ONE}/look", family_facts.look, name="family-look"),
    path(f"{ONE}/hardships", family_facts.hardship_new, name="hardship-new"),
    path(f"{ONE}/guardians", family_facts.guardian_new, name="guardian-new"),
    path(f"{ONE}/consents", family_facts.consent_new, name="consent-new"),
    path(f"{ONE}/photos", family_facts.photo_new, name="photo-new"),
    path(f"{ONE}/photos/<uuid:photo_id>", family_facts.photo_jpg, name="family-photo"),
    path(f"{ONE}/end/<str:kind>/<uuid:row_id>", family_facts.end, name="family-end"),
    path(f"{MEMBER}/consents/<str:scope>/withdraw", family_facts.consent_withdraw, name="consent-withdraw"),
    path(f"{ONE}/erase-all", family_erase.person_erase, name="family-erase-all"),
    path(f"{ONE}/export", family_erase.person_export, name="family-export"),
    path(f"{MEMBER}/erase-all", family_erase.person_erase, name="member-erase"),
    path(f"{MEMBER}/export", family_erase.person_export, name="member-export"),
]
