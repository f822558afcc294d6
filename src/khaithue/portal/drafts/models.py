"""Returns being filled in, kept between visits."""

from django.db import models

from khaithue.portal.accounts.models import Taxpayer


class Draft(models.Model):
    """One return being filled in.

    ``data`` is the return as ``returns.codec`` writes it. ``revision`` grows with every save; a save names
    the revision it started from, so that two tabs never overwrite each other.
    Kind P holds the figures of a first return filed on paper on ``filed_on``, to be put on record.
    ``activity`` is that of the return a supplement corrects.
    """

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="drafts")
    form_code = models.CharField(max_length=40)
    basis = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    period = models.CharField(max_length=24)
    kind = models.CharField(max_length=1, choices=[("C", "C"), ("B", "B"), ("P", "P")])
    supplement_no = models.PositiveIntegerField(default=0)
    activity = models.CharField(max_length=20, blank=True)
    filed_on = models.DateField(null=True, blank=True)
    data = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        """Newest first; one draft of a return."""

        ordering = ("-updated_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["taxpayer", "form_code", "basis", "period", "kind", "supplement_no", "activity"],
                name="one_draft",
            ),
        )

    def __str__(self) -> str:
        return f"{self.taxpayer} {self.form_code} {self.period} {self.kind}{self.supplement_no}"
