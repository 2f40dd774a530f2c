"""Every address of the API."""

from django.urls import URLPattern, path, re_path
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from api.doors import Door
from api.problems import answer_not_found
from api.v1 import (
    acknowledgements,
    agreements,
    bills,
    bundles,
    cost_rules,
    donations,
    evidence,
    findings,
    funds,
    goods,
    grants,
    health,
    hours,
    households,
    knitters,
    knitting,
    labels,
    ledgers,
    log,
    master_changes,
    masters,
    money,
    openings,
    papers,
    parcels,
    periods,
    receipts,
    refunds,
    scans,
    statements,
    stock,
    unvalued,
)


def _decisions(name: str, approvals: type[Door], rejections: type[Door]) -> list[URLPattern]:
    """Address the two ways in which another person decides a proposal."""
    return [
        path(f"{name}/<uuid:proposal_id>/approve", approvals.as_view()),
        path(f"{name}/<uuid:proposal_id>/reject", rejections.as_view()),
    ]


_V1 = [
    path("organisations", masters.Organisations.as_view()),
    path("programmes", masters.Programmes.as_view()),
    path("donors", masters.Donors.as_view()),
    path("suppliers", masters.Suppliers.as_view()),
    path("items", goods.Items.as_view()),
    path("kit-recipes", goods.KitRecipes.as_view()),
    path("warehouses", goods.Warehouses.as_view()),
    path("funds", funds.Funds.as_view()),
    path("funds/<str:code>/revisions", funds.Revisions.as_view()),
    path("donations", donations.Donations.as_view()),
    path("donations/money", donations.MoneyDonations.as_view()),
    path("donations/goods", donations.GoodsDonations.as_view()),
    path("donations/<uuid:donation_id>", donations.OneDonation.as_view()),
    path("donations/<uuid:donation_id>/trace", donations.DonationTrace.as_view()),
    path("donations/<uuid:donation_id>/acknowledgement", acknowledgements.Acknowledgements.as_view()),
    path("donations/<uuid:donation_id>/acknowledgement.pdf", acknowledgements.AcknowledgementFiles.as_view()),
    path("donations/<uuid:donation_id>/acknowledgement/void", acknowledgements.VoidedAcknowledgements.as_view()),
    path("donations/<uuid:donation_id>/acknowledgement/reissue", acknowledgements.ReissuedAcknowledgements.as_view()),
    path("donations/<uuid:donation_id>/official-bill", bills.OfficialBills.as_view()),
    path("donations/<uuid:donation_id>/official-bill/void", bills.VoidedOfficialBills.as_view()),
    path("donations/<uuid:donation_id>/official-bill/photo", bills.OfficialBillPhotos.as_view()),
    path("papers", papers.Papers.as_view()),
    path("papers/<uuid:job_id>/file", papers.PaperFiles.as_view()),
    path("donations/<uuid:donation_id>/refund", refunds.DonationRefunds.as_view()),
    path("refunds", refunds.Refunds.as_view()),
    *_decisions("refunds", refunds.ApprovedRefunds, refunds.RejectedRefunds),
    path("openings", openings.Openings.as_view()),
    *_decisions("openings", openings.ApprovedOpenings, openings.RejectedOpenings),
    path("interest", money.Interests.as_view()),
    *_decisions("interest", money.ApprovedInterest, money.RejectedInterest),
    path("costs", money.Costs.as_view()),
    *_decisions("costs", money.ApprovedCosts, money.RejectedCosts),
    path("reversals", money.Reversals.as_view()),
    *_decisions("reversals", money.ApprovedReversals, money.RejectedReversals),
    path("agreements", agreements.Agreements.as_view()),
    path("cost-rules", cost_rules.CostRules.as_view()),
    path("management-cost", statements.ManagementCosts.as_view()),
    path("fund-statement", statements.FundStatements.as_view()),
    path("purchases", stock.Purchases.as_view()),
    path("purchases/<uuid:purchase_id>", receipts.OnePurchase.as_view()),
    path("purchases/<uuid:purchase_id>/receipts", receipts.Receipts.as_view()),
    path("purchases/<uuid:purchase_id>/price-refund", receipts.PriceRefunds.as_view()),
    path("knitters", knitters.Knitters.as_view()),
    path("knitting", knitting.YarnMoves.as_view()),
    path("knitting/held", knitting.YarnHolders.as_view()),
    path("knitting/yarn-out", knitting.YarnOut.as_view()),
    path("knitting/garments", knitting.Garments.as_view()),
    path("knitting/yarn-back", knitting.YarnBack.as_view()),
    path("knitting/yarn-lost", knitting.YarnLost.as_view()),
    path("volunteer-hours", hours.Hours.as_view()),
    path("unvalued-goods", unvalued.UnvaluedGoods.as_view()),
    path("stock", stock.Stock.as_view()),
    path("kits/assemble", stock.Assemblies.as_view()),
    path("kits/break-up", stock.BreakUps.as_view()),
    path("households", households.Households.as_view()),
    path("households/<uuid:household_id>", households.OneHousehold.as_view()),
    path("parcels", parcels.Parcels.as_view()),
    path("parcels/<str:key>", parcels.OneParcel.as_view()),
    path("parcels/<str:key>/cancel", parcels.CancelledParcels.as_view()),
    path("scans", scans.Scans.as_view()),
    path("grants", grants.Grants.as_view()),
    path("grants/<uuid:grant_id>/approve", grants.ApprovedGrants.as_view()),
    path("grants/<uuid:grant_id>/pay", grants.PaidGrants.as_view()),
    path("grants/<uuid:grant_id>/return", grants.ReturnedGrants.as_view()),
    path("label-batches", labels.LabelBatches.as_view()),
    path("label-batches/<uuid:job_id>/labels.pdf", labels.LabelFiles.as_view()),
    path("bundles", bundles.Bundles.as_view()),
    path("bundles/<uuid:job_id>/file", bundles.BundleFiles.as_view()),
    path("jobs/<uuid:job_id>", labels.Jobs.as_view()),
    path("codes/<str:code>/revoke", labels.RevokedCodes.as_view()),
    path("codes/<str:code>/reprint", labels.ReprintedCodes.as_view()),
    path("ledgers/<str:name>", ledgers.Ledgers.as_view()),
    path("traces/<str:code>", ledgers.Traces.as_view()),
    path("evidence-files", evidence.EvidenceFiles.as_view()),
    path("evidence-files/<uuid:job_id>", evidence.OneEvidenceFile.as_view()),
    path("evidence-files/<uuid:job_id>/evidence.pdf", evidence.EvidencePdf.as_view()),
    path("findings", findings.Findings.as_view()),
    path("findings/<uuid:finding_id>/notes", findings.FindingNotes.as_view()),
    path("periods", periods.Periods.as_view()),
    path("periods/<uuid:period_id>/close", periods.ClosedPeriods.as_view()),
    path("periods/<uuid:period_id>/withdraw", periods.WithdrawnPeriods.as_view()),
    path("checkpoints/latest", log.LatestCheckpoint.as_view()),
    path("checkpoints/<int:size>", log.Checkpoints.as_view()),
    path("entries/<uuid:entry_id>/proof", log.EntryProofs.as_view()),
    path("problems", health.Problems.as_view()),
    path("health/live", health.Live.as_view()),
    path("health/ready", health.Ready.as_view()),
]

for name, (one, history) in master_changes.DOORS.items():
    _V1 += [path(f"{name}/<str:key>", one.as_view()), path(f"{name}/<str:key>/history", history.as_view())]

_SCHEMA = SpectacularAPIView.as_view(
    renderer_classes=[OpenApiJsonRenderer], authentication_classes=[], permission_classes=[]
)

urlpatterns = [
    *[path(f"v1/{entry.pattern}", entry.callback) for entry in _V1],
    path("v1/openapi.json", _SCHEMA, name="openapi"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(
            url_name="openapi", template_name="api/docs.html", authentication_classes=[], permission_classes=[]
        ),
        name="api-docs",
    ),
    re_path(r"^v1/", answer_not_found),
]
