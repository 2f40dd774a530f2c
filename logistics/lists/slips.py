"""What the code on a family's slip, or on a notice's paper, leads to: the state of one application, a notice."""

import uuid

from logistics.lists.models import Application, PublicNotice


def application_of_slip(subject_id: uuid.UUID) -> Application | None:
    """Return the application whose slip bears a code, with its programme and the notice on which it stands."""
    rows = Application.objects.select_related("programme", "notice_entry__notice")
    return rows.filter(id=subject_id).first()


def notice_of_paper(subject_id: uuid.UUID) -> PublicNotice | None:
    """Return the notice whose paper bears a code."""
    return PublicNotice.objects.filter(id=subject_id).first()
