"""Answers that are given again to a repeated request, and how often keys asked."""

from django.db import models

from logistics.storage.rows import Row


class StoredAnswer(Row):
    """A request under an Idempotency-Key: claimed before the work, answered again for 48 hours after it."""

    holder_id = models.UUIDField()
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    is_done = models.BooleanField(default=False)
    status = models.PositiveSmallIntegerField(null=True)
    media_type = models.CharField(max_length=60, blank=True, default="")
    location = models.CharField(max_length=300, blank=True, default="")
    body = models.TextField(blank=True, default="")
    # Until when a running request may hold its claim, then until when its answer is kept.
    until = models.DateTimeField()

    class Meta:
        db_table = "api_storedanswer"
        constraints = [
            models.UniqueConstraint(fields=["holder_id", "method", "path", "key"], name="api_storedanswer_once")
        ]
        indexes = [models.Index(fields=["until"], name="api_storedanswer_by_age")]


class Usage(Row):
    """How often a key asked in one window of a policy, all processes together. `began` is in seconds since 1970."""

    holder_id = models.UUIDField()
    policy = models.CharField(max_length=16)
    began = models.BigIntegerField()
    count = models.BigIntegerField()

    class Meta:
        db_table = "api_usage"
        constraints = [models.UniqueConstraint(fields=["holder_id", "policy", "began"], name="api_usage_once")]
        indexes = [models.Index(fields=["began"], name="api_usage_by_age")]
