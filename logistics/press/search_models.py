"""Searches for households that were entered twice: how far each is, and how many pairs it left for a person."""

from django.db import models

from logistics.press.models import FileJob


class DuplicateSearch(FileJob):
    """One comparison of all households of an organisation and of those below it. `found` pairs wait for a person."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="searches")
    found = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "press_duplicatesearch"
