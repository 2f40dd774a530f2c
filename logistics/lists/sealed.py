"""What the log says of the way onto lists."""

from logistics.journal.standing import by_row, declare_sealed
from logistics.lists.applications import leaf_of_step
from logistics.lists.approving import leaf_of_list
from logistics.lists.models import (
    ApplicationStep,
    DistributionList,
    Objection,
    PublicNotice,
    WeightsRevision,
)
from logistics.lists.notices import leaf_of_notice
from logistics.lists.objections import leaf_of_objection
from logistics.lists.weights import leaf_of_weights
from logistics.parties.proposals import ProposalState

declare_sealed("WEIGHTS", by_row(WeightsRevision, leaf_of_weights, "WEIGHTS", state=ProposalState.APPROVED))
declare_sealed("APPLICATION", by_row(ApplicationStep, leaf_of_step, "APPLICATION"))
declare_sealed("NOTICE", by_row(PublicNotice, leaf_of_notice, "NOTICE"))
declare_sealed("OBJECTION", by_row(Objection, leaf_of_objection, "OBJECTION", answered_at__isnull=False))
declare_sealed("LIST", by_row(DistributionList, leaf_of_list, "LIST", state=ProposalState.APPROVED))
