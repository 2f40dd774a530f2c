"""How often somebody tried to sign in lately: by name, by address and by both, of which keyed hashes are kept."""

from django.db import models


class SignInTries(models.Model):
    """Tries under one key since a moment. The id is a keyed hash: neither a name nor an address stands here."""

    id = models.UUIDField(primary_key=True, editable=False)
    tries = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        db_table = "parties_signintries"
        indexes = [models.Index(fields=["since"], name="parties_signintries_old")]
