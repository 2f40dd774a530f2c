"""The words for households that may be one, in both languages."""

from django.utils.translation import gettext_lazy as _

# Each part of a likeness, as far as it agrees.
PARTS = {
    "IDENTITY_NUMBER": _("Same identity number"),
    "PERSON": _("Same name and birth date"),
    "TELEPHONE": _("Same telephone"),
    "TELEPHONE_SHARED": _("Same telephone, which many have"),
    "HEAD_NAME": _("Head of the same name"),
    "HEAD_SOUND": _("Names of the heads sound alike"),
    "HEAD_ALIKE": _("Names of the heads differ in one character"),
    "ADDRESS": _("Address alike"),
    "OTHER_PERSON": _("Same name, but another number or birth date"),
}
MERGED_WORDS = {
    "head_name": _("Head"),
    "address": _("Address"),
    "telephone": _("Telephone"),
    "township": _("Township"),
}
PAIR_STATES = {"OPEN": _("To look at"), "MERGED": _("Merged"), "APART": _("Kept apart")}
SIDES = {"FIRST": _("The first, entered earlier"), "SECOND": _("The second, entered later")}
