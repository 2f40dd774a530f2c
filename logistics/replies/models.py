"""What comes back from families."""

from logistics.replies.card_models import CoveredPicture, DecisionKind, ReplyCard, ReplyDecision, ThankedGift
from logistics.replies.grievance_models import Channel, Grievance, GrievanceStep, ReaderNaming, StepKind
from logistics.replies.visit_models import (
    Arrived,
    DifferenceSettled,
    Said,
    VerificationVisit,
    VisitDraw,
    VisitDrawing,
    VisitKind,
    VisitResult,
)

# Django looks for the tables here.
__all__ = ["CoveredPicture", "DecisionKind", "ReplyCard", "ReplyDecision", "ThankedGift"]
__all__ += ["Channel", "Grievance", "GrievanceStep", "ReaderNaming", "StepKind"]
__all__ += ["Arrived", "DifferenceSettled", "Said", "VerificationVisit"]
__all__ += ["VisitDraw", "VisitDrawing", "VisitKind", "VisitResult"]
