"""The words for what is known of a family."""

from django.utils.translation import gettext_lazy as _

CONSENTS = {
    "PROCESSING": _("data are kept and used to help them"),
    "PHOTO": _("photos are taken and kept"),
    "LETTER": _("letters and drawings are handed on to donors"),
    "SPONSOR": _("a sponsor learns who they are"),
    "PUBLICITY": _("they are shown to the public"),
}
CONSENT_GIVERS = {"SELF": _("themselves"), "GUARDIAN": _("a guardian")}
ERASURE_CAUSES = {
    "ASKED": _("They, or a guardian, asked for it"),
    "WITHDRAWN": _("Consent was withdrawn"),
    "MISTAKE": _("It should never have been recorded"),
    "RETENTION": _("The time for which it is kept is over"),
}
FIELDS_OF_FAMILIES = {
    "head_name": _("Head"),
    "address": _("Address"),
    "telephone": _("Telephone"),
    "name": _("Names of members"),
    "identity_number": _("Identity numbers"),
    "member_telephone": _("Telephones of members"),
    "born_on": _("Birth dates"),
    "hardships": _("Hardships"),
    "evidence": _("What shows a hardship"),
    "guardians": _("Guardians"),
    "consents": _("Consents"),
    "photos": _("Photos"),
}
