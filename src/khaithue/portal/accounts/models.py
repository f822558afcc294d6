"""Users, taxpayers, and who acts for whom."""

import unicodedata
from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class User(AbstractUser):
    """A person who logs in; notices about password and account go to the e-mail."""

    email = models.EmailField(unique=True)
    must_change_password = models.BooleanField(default=False)
    """Set for a password somebody else gave; the user sets an own one at the first log-in."""

    def set_password(self, raw_password: str | None) -> None:
        """Set the password; None for none. The same letters count as the same however they are encoded."""
        super().set_password(_same_letters(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password, typed on any keyboard."""
        return super().check_password(_same_letters(raw_password))


def _same_letters(password: str | None) -> str | None:
    """NFKC, as NIST SP 800-63B asks: some keyboards send ``ậ`` as one character, others as three."""
    return None if password is None else unicodedata.normalize("NFKC", password)


class TaxpayerQuerySet(models.QuerySet["Taxpayer"]):
    """Taxpayers asked for by who may see them."""

    def of(self, user: User) -> "TaxpayerQuerySet":
        """The taxpayers this user acts for."""
        return self.filter(memberships__user=user)


class Taxpayer(models.Model):
    """A person or organisation with a tax code, and the header of its returns. Notices go to the e-mail."""

    mst = models.CharField(max_length=14, unique=True)
    name = models.CharField(max_length=400)
    address = models.CharField(max_length=400, blank=True)
    ward = models.CharField(max_length=100, blank=True)
    ward_code = models.CharField(max_length=20, blank=True)
    district = models.CharField(max_length=100, blank=True)
    district_code = models.CharField(max_length=20, blank=True)
    province = models.CharField(max_length=100, blank=True)
    province_code = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    office_code = models.CharField(max_length=20)
    office_name = models.CharField(max_length=200)

    objects = TaxpayerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.mst} {self.name}"

    def signers(self, day: date) -> frozenset[str]:
        """Tax codes whose signature this taxpayer's returns may carry on a day: its own and its agents'.

        Law: Điều 7 Thông tư 19/2021/TT-BTC; Điều 10 Thông tư 89/2026/TT-BTC.
        """
        in_force = Q(start__lte=day) & (Q(end__isnull=True) | Q(end__gte=day))
        return frozenset({self.mst, *self.agents.filter(in_force).values_list("mst", flat=True)})


class Membership(models.Model):
    """One user acting for one taxpayer."""

    class Role(models.TextChoices):
        """The main account, one of its sub-accounts, or an account of its tax agent."""

        MAIN = "main"
        SUB = "sub"
        AGENT = "agent"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MAIN)

    class Meta:
        """One membership for a user and a taxpayer."""

        constraints = (models.UniqueConstraint(fields=["user", "taxpayer"], name="one_membership"),)

    def __str__(self) -> str:
        return f"{self.user} for {self.taxpayer}"


class AgentContract(models.Model):
    """A tax agent (đại lý thuế) a taxpayer has a contract with, from its first to its last day."""

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="agents")
    mst = models.CharField(max_length=14)
    name = models.CharField(max_length=400)
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.mst} for {self.taxpayer}"
