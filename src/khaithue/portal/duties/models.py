"""Outages that move due dates, and reminders that were sent."""

from django.db import models

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.mail.models import Mail


class Outage(models.Model):
    """A declared failure of the portal. One on a last day moves that due date to the day after recovery.

    Law: Điều 9 Thông tư 19/2021/TT-BTC; Thông tư 89/2026/TT-BTC, chương II.
    """

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-began_at",)

    def __str__(self) -> str:
        return f"{self.began_at} to {self.ended_at}"


class Reminder(models.Model):
    """One reminder about one return, by e-mail; ``step`` names which of the reminders it is."""

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="reminders")
    form_code = models.CharField(max_length=40)
    period = models.CharField(max_length=24)
    due = models.DateField()
    step = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    mail = models.OneToOneField(Mail, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        """Each step once for a return and its due date."""

        constraints = (
            models.UniqueConstraint(
                fields=["taxpayer", "form_code", "period", "due", "step"], name="one_reminder"
            ),
        )

    def __str__(self) -> str:
        return f"{self.taxpayer} {self.form_code} {self.period} {self.step}"
