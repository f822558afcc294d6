"""What logging in remembers. Secrets are sealed or hashed; no row here is readable as a password or code."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models


class SecondFactor(models.Model):
    """A user's authenticator program (TOTP, RFC 6238). Its row is there when the second factor is on.

    ``secret`` is sealed with the portal's key; ``last_step`` is the newest step a code was taken of, so that
    no code is taken twice.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor"
    )
    secret = models.TextField()
    last_step = models.BigIntegerField()
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"second factor of user {self.user_id}"


class RecoveryCode(models.Model):
    """One recovery code, by its keyed hash; it is deleted when it is used."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    hash = models.CharField(max_length=64)

    class Meta:
        """A user's codes differ."""

        constraints = (models.UniqueConstraint(fields=["user", "hash"], name="one_recovery_code"),)

    def __str__(self) -> str:
        return f"recovery code of user {self.user_id}"


class OneTimeCode(models.Model):
    """The code made last for a user and a purpose, by its keyed hash; it is forgotten once it has expired.

    ``sent_to`` is the address it went to, masked.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="one_time_codes"
    )
    purpose = models.CharField(max_length=120)
    hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)
    tries_left = models.PositiveSmallIntegerField()
    sent_to = models.CharField(max_length=254, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A new code replaces the one before."""

        constraints = (models.UniqueConstraint(fields=["user", "purpose"], name="one_code_for_a_purpose"),)

    def __str__(self) -> str:
        return f"{self.purpose} code of user {self.user_id}"


class UserSession(models.Model):
    """One place where a user is logged in; it goes when Django's session goes."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="of_user")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=300, blank=True)

    class Meta:
        """The one in use last comes first."""

        ordering = ("-seen_at", "-pk")

    def __str__(self) -> str:
        return f"session {self.pk} of user {self.user_id}"


class Failures(models.Model):
    """Failures in a row of one account or address, which only a keyed hash names."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.count} failures of {self.key[:12]}"
