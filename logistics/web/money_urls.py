"""The pages about money beyond gifts and grants, purchases that are paid first, and knitting."""

from django.urls import URLPattern, path

from logistics.web.views import agreements, knitting, money, purchases

MONEY_PAGES: list[URLPattern] = [
    path("money", money.money, name="money"),
    path("money/new/<str:kind>", money.money_new, name="money-new"),
    path("money/<str:kind>/<uuid:proposal_id>/<str:step>", money.money_step, name="money-step"),
    path("gifts/<uuid:donation_id>/refund", money.refund, name="refund"),
    path("agreements", agreements.agreements, name="agreements"),
    path("purchases", purchases.purchases, name="purchases"),
    path("purchases/<uuid:purchase_id>/receive", purchases.receipt, name="receipt"),
    path("purchases/<uuid:purchase_id>/price-refund", purchases.price_refund, name="price-refund"),
    path("knitting", knitting.knitting, name="knitting"),
    path("knitters", knitting.knitter, name="knitter"),
]
