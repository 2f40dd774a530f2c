"""The pages about what volunteers do for families."""

from django.urls import URLPattern, path

from logistics.web.views import companions, errands, helper_erase, knitting_orders, wishes

VOLUNTEERING_PAGES: list[URLPattern] = [
    path("wishes", wishes.public_wishes, name="public-wishes"),
    path("volunteering/wishes", wishes.wishes, name="wishes"),
    path("volunteering/wishes/<uuid:wish_id>", wishes.wish, name="wish"),
    path("volunteering/wishes/<uuid:wish_id>/<str:step>", wishes.wish_step, name="wish-step"),
    path("volunteering/errands", errands.errands, name="errands"),
    path("volunteering/errands/<uuid:errand_id>/<str:step>", errands.errand_step, name="errand-step"),
    path("volunteering/knitting", knitting_orders.knitting_orders, name="knitting-orders"),
    path("volunteering/knitting/<uuid:order_id>", knitting_orders.knitting_order, name="knitting-order"),
    path(
        "volunteering/knitting/<uuid:order_id>/<str:step>",
        knitting_orders.knitting_order_step,
        name="knitting-order-step",
    ),
    path("volunteering/helpers/<str:reference>/erase-all", helper_erase.helper_erase, name="helper-erase"),
    path("volunteering/helpers/<str:reference>/export", helper_erase.helper_export, name="helper-export"),
    path("volunteering/volunteers", companions.volunteers, name="volunteers"),
    path("volunteering/volunteers/<str:reference>", companions.volunteer, name="volunteer"),
    path("volunteering/volunteers/<str:reference>/<str:step>", companions.volunteer_step, name="volunteer-step"),
    path(
        "volunteering/companions/<uuid:companionship_id>/<str:step>", companions.companion_step, name="companion-step"
    ),
]
