"""Which replies somebody may see."""

from django.db.models import QuerySet

from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.replies.models import ReplyCard


def visible_replies(organisation: Organisation) -> "QuerySet[ReplyCard]":
    """Return the replies of families of an organisation and of those below it, newest first."""
    return ReplyCard.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")
