"""The addresses of what is done for families."""

from django.urls import URLPattern, path

from api.v1 import companionships, errands, knitting_orders, micro_wishes, volunteers

FAMILIES: list[URLPattern] = [
    path("knitting-orders", knitting_orders.KnittingOrders.as_view()),
    path("knitting-orders/<uuid:order_id>", knitting_orders.OneKnittingOrder.as_view()),
    path("knitting-orders/<uuid:order_id>/yarn", knitting_orders.OrderYarn.as_view()),
    path("knitting-orders/<uuid:order_id>/garment", knitting_orders.OrderGarments.as_view()),
    path("knitting-orders/<uuid:order_id>/parcel", knitting_orders.OrderParcels.as_view()),
    path("micro-wishes", micro_wishes.MicroWishes.as_view()),
    path("micro-wishes/<uuid:wish_id>", micro_wishes.OneMicroWish.as_view()),
    path("micro-wishes/<uuid:wish_id>/release", micro_wishes.ReleasedWishes.as_view()),
    path("micro-wishes/<uuid:wish_id>/adopt", micro_wishes.AdoptedWishes.as_view()),
    path("micro-wishes/<uuid:wish_id>/give-back", micro_wishes.GivenBackWishes.as_view()),
    path("micro-wishes/<uuid:wish_id>/confirm", micro_wishes.ConfirmedWishes.as_view()),
    path("micro-wishes/<uuid:wish_id>/thank", micro_wishes.ThankedWishes.as_view()),
    path("micro-wishes/<uuid:wish_id>/cancel", micro_wishes.CancelledWishes.as_view()),
    path("volunteers", volunteers.Volunteers.as_view()),
    path("volunteers/<str:reference>", volunteers.OneVolunteer.as_view()),
    path("volunteers/<str:reference>/checks", volunteers.VolunteerChecks.as_view()),
    path("companionships", companionships.Companionships.as_view()),
    path("companionships/<uuid:companionship_id>", companionships.OneCompanionship.as_view()),
    path("companionships/<uuid:companionship_id>/visits", companionships.CompanionVisits.as_view()),
    path("companionships/<uuid:companionship_id>/end", companionships.EndedCompanionships.as_view()),
    path("errands", errands.Errands.as_view()),
    path("errands/<uuid:errand_id>", errands.OneErrand.as_view()),
    path("errands/<uuid:errand_id>/take", errands.TakenErrands.as_view()),
    path("errands/<uuid:errand_id>/done", errands.DoneErrands.as_view()),
    path("errands/<uuid:errand_id>/confirm", errands.ConfirmedErrands.as_view()),
    path("errands/<uuid:errand_id>/give-back", errands.GivenBackErrands.as_view()),
    path("errands/<uuid:errand_id>/cancel", errands.CancelledErrands.as_view()),
]
