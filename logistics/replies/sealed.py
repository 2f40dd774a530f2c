"""What the log says of replies and visits."""

from logistics.journal.standing import by_row, declare_sealed
from logistics.replies.leaves import leaf_of_decision, leaf_of_draw, leaf_of_step, leaf_of_visit_result
from logistics.replies.models import GrievanceStep, ReplyDecision, VisitDraw, VisitResult

declare_sealed("REPLY_DECISION", by_row(ReplyDecision, leaf_of_decision, "REPLY_DECISION"))
declare_sealed("GRIEVANCE_STEP", by_row(GrievanceStep, leaf_of_step, "GRIEVANCE_STEP"))
declare_sealed("VISIT_DRAW", by_row(VisitDraw, leaf_of_draw, "VISIT_DRAW"))
declare_sealed("VISIT_RESULT", by_row(VisitResult, leaf_of_visit_result, "VISIT_RESULT"))
