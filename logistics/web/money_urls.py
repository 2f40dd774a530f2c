"""The pages about money beyond gifts and grants, purchases that are paid first, and knitting."""

from django.urls import URLPattern, path

from logistics.web.views import agreements, batches, knitting, money, pledges, purchases

MONEY_PAGES: list[URLPattern] = [
    path("money", money.money, name="money"),
    path("money/new/<str:kind>", money.money_new, name="money-new"),
    path("money/<str:kind>/<uuid:proposal_id>/<str:step>", money.money_step, name="money-step"),
    path("gifts/<uuid:donation_id>/refund", money.refund, name="refund"),
    path("agreements", agreements.agreements, name="agreements"),
    path("payment-batches", batches.batches, name="batches"),
    path("payment-batches/<uuid:batch_id>", batches.batch, name="batch"),
    path("payment-batches/<uuid:batch_id>/bank-file", batches.bank_file, name="bank-file"),
    path("payment-batches/<uuid:batch_id>/<str:step>", batches.batch_step, name="batch-step"),
    path("pledges", pledges.pledges, name="pledges"),
    path("pledges/<uuid:pledge_id>", pledges.pledge, name="pledge"),
    path("purchases", purchases.purchases, name="purchases"),
    path("purchases/<uuid:purchase_id>/receive", purchases.receipt, name="receipt"),
    path("purchases/<uuid:purchase_id>/price-refund", purchases.price_refund, name="price-refund"),
    path("knitting", knitting.knitting, name="knitting"),
    path("knitters", knitting.knitter, name="knitter"),
]
