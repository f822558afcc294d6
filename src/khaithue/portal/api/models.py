"""Tokens of programs, and the webhooks they are told by."""

import uuid

from django.db import models

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.login.sealing import unseal


class Token(models.Model):
    """A program's key to the API for one taxpayer or, of an agent, for its clients too.

    Only the digest of the key is kept; ``prefix`` are its first signs, shown so that people tell keys apart.
    It can do no more than the user who made it, and only within ``scopes``. ``used`` counts its requests of
    ``minute``.
    """

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="tokens")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    minute = models.DateTimeField(null=True)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        """Newest first."""

        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"


class Webhook(models.Model):
    """An address that is told of events; what is sent is signed with its secret (HMAC-SHA-256).

    ``sealed`` is that secret, sealed with the portal's key: whoever reads the row can sign nothing.
    """

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="webhooks")
    url = models.URLField(max_length=400)
    sealed = models.CharField(max_length=400)
    events = models.JSONField(default=list)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return self.url

    @property
    def secret(self) -> str:
        """The secret; ``cryptography.fernet.InvalidToken`` when it was sealed with a key no longer known."""
        return unseal(self.sealed)


class Delivery(models.Model):
    """One event owed to one webhook, tried again until it is taken or given up.

    ``last_status`` is the HTTP status of the last answer, ``last_error`` why there was none.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    event_id = models.UUIDField(default=uuid.uuid4, editable=False)
    event = models.CharField(max_length=40)
    payload = models.JSONField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_status = models.PositiveIntegerField(null=True)
    last_error = models.CharField(max_length=60, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first; those still owed are found by their moment."""

        ordering = ("-made_at", "-pk")
        indexes = (
            models.Index(
                fields=["due_at"],
                condition=models.Q(delivered_at__isnull=True, given_up_at__isnull=True),
                name="delivery_owed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"
