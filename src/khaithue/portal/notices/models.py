"""Notices of the office about a filing, signed, and whether their e-mail has gone out."""

from django.db import models

from khaithue.portal.filing.models import Filing


class Notice(models.Model):
    """One signed notice.

    ``mailed_at`` empty means its e-mail is still owed; it is tried when ``mail_due_at`` has come, and
    ``mail_failures`` counts how often the mail server would not take it.
    """

    class Kind(models.TextChoices):
        """What the notice tells."""

        RECEPTION = "reception"

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    number = models.CharField(max_length=60, unique=True)
    xml = models.BinaryField()
    created_at = models.DateTimeField()
    mail_due_at = models.DateTimeField()
    mail_failures = models.PositiveIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first; one notice of a kind for a filing."""

        ordering = (
            "-created_at",
            "-pk",
        )
        constraints = (models.UniqueConstraint(fields=["filing", "kind"], name="one_notice_of_a_kind"),)
        indexes = (
            models.Index(
                fields=["mail_due_at"], condition=models.Q(mailed_at__isnull=True), name="mail_owed"
            ),
        )

    def __str__(self) -> str:
        return self.number
