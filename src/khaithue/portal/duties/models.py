"""Outages that move due dates, reminders that were sent, and links to a calendar of due dates."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.mail.models import Mail


class OutageQuerySet(models.QuerySet["Outage"]):
    """Outages asked for by whether and when they hold."""

    def standing(self) -> "OutageQuerySet":
        """The outages that count: not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def overlapping(self, began_at: datetime, ended_at: datetime | None) -> "OutageQuerySet":
        """Those with a moment in common with a time that may be open; to touch is no overlap."""
        found = self.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=began_at))
        return found.filter(began_at__lt=ended_at) if ended_at else found


class Outage(models.Model):
    """A declared failure of the portal. One on a last day moves that due date to the day after recovery.

    ``ended_at`` is the moment it worked again, empty while it does not. One declared by mistake is withdrawn
    and stays in the register. Law: Điều 9 Thông tư 19/2021/TT-BTC; Điều 12 Thông tư 89/2026/TT-BTC.
    """

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_why = models.TextField(blank=True)

    objects = OutageQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ("-began_at", "-pk")

    def __str__(self) -> str:
        return f"{self.began_at} to {self.ended_at}"


class OutageTold(models.Model):
    """That a taxpayer was told how an outage moves its due dates, at a step of the outage.

    ``mail`` is empty for one without an address, who finds the notice among the others.
    """

    class Step(models.TextChoices):
        """What was told: that the portal is down, that it works again, that the outage is taken back."""

        BEGUN = "begun"
        OVER = "over"
        WITHDRAWN = "withdrawn"

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="told")
    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="outages_told")
    step = models.CharField(max_length=10, choices=Step.choices)
    made_at = models.DateTimeField()
    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        """Each step once for an outage and a taxpayer."""

        constraints = (
            models.UniqueConstraint(fields=["outage", "taxpayer", "step"], name="one_telling_of_an_outage"),
        )

    def __str__(self) -> str:
        return f"{self.taxpayer} {self.outage} {self.step}"


class Reminder(models.Model):
    """One reminder about one return; ``step`` names which of the reminders it is.

    One ``mail`` reminds of all returns due on a day; there is none for a taxpayer without an address.
    """

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="reminders")
    form_code = models.CharField(max_length=40)
    period = models.CharField(max_length=24)
    due = models.DateField()
    step = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="reminders", null=True)

    class Meta:
        """Each step once for a return and its due date."""

        constraints = (
            models.UniqueConstraint(
                fields=["taxpayer", "form_code", "period", "due", "step"], name="one_reminder"
            ),
        )

    def __str__(self) -> str:
        return f"{self.taxpayer} {self.form_code} {self.period} {self.step}"


class ReminderOff(models.Model):
    """A step of reminding that a taxpayer does not want."""

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="reminders_off")
    step = models.CharField(max_length=20)

    class Meta:
        """Each step once."""

        constraints = (models.UniqueConstraint(fields=["taxpayer", "step"], name="one_reminder_off"),)

    def __str__(self) -> str:
        return f"{self.taxpayer} not {self.step}"


class CalendarLink(models.Model):
    """The private address of a user's calendar of a taxpayer's due dates; only a digest is kept."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="calendar_links")
    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="calendar_links")
    secret = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One open link for a user and a taxpayer."""

        constraints = (
            models.UniqueConstraint(
                fields=["user", "taxpayer"], condition=Q(ended_at__isnull=True), name="one_open_calendar_link"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.taxpayer}"
