"""The words for keys of programs: what each scope opens, and how a key fares."""

from django.utils.translation import gettext_lazy as _

SCOPE_WORDS = {
    "donations:write": _("Hand in gifts of money and goods"),
    "donations:read": _("Read gifts, and what became of them"),
    "parcels:write": _("Plan and cancel parcels"),
    "parcels:read": _("Read parcels and rounds"),
    "scans:write": _("Hand in scans and proofs"),
    "stock:write": _("Buy, assemble, move, count and write off goods"),
    "stock:read": _("Read stock"),
    "households:write": _("Register and correct families"),
    "households:read": _("Read families, masked"),
    "needs:write": _("Report needs"),
    "ledgers:read": _("Read ledgers, traces and bundles"),
    "grants:write": _("Plan and pay grants"),
    "labels:print": _("Print labels and papers"),
    "webhooks:manage": _("Register where events are told"),
    "admin": _("Master data, keys and everything that is decided"),
}
KEY_STATES = {
    "LIVE": _("valid"),
    "REPLACED": _("replaced, opens still"),
    "EXPIRED": _("expired"),
    "REVOKED": _("revoked"),
}
SANDBOX_CODES = {
    "programme": _("Programme"),
    "fund": _("Fund"),
    "warehouse": _("Warehouse"),
    "supplier": _("Supplier"),
    "kit_recipe": _("Kit"),
    "items": _("Items"),
}
