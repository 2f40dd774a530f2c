"""The way onto a list: applications, public notices, distribution lists, allocations. No text about a person stands
here: those lie apart, encrypted and erasable, and only commitments of them are kept.
"""

from logistics.lists.application_models import Application, ApplicationState, Source
from logistics.lists.list_models import Allocation, DistributionList, HeldUpEntry, ListEntry, ServedMark
from logistics.lists.notice_models import NoticeEntry, PublicNotice
from logistics.lists.objection_models import Objection, ObjectionState
from logistics.lists.rule_models import ProgrammeRules, Stage, WeightsRevision
from logistics.lists.step_models import ApplicationStep, StepKind

# Django looks for the tables here.
__all__ = [
    "Allocation",
    "Application",
    "ApplicationState",
    "ApplicationStep",
    "DistributionList",
    "HeldUpEntry",
    "ListEntry",
    "NoticeEntry",
    "Objection",
    "ObjectionState",
    "ProgrammeRules",
    "PublicNotice",
    "ServedMark",
    "Source",
    "Stage",
    "StepKind",
    "WeightsRevision",
]
