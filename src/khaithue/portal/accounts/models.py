"""Users, taxpayers, and who acts for whom."""

import unicodedata
from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone


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

    def of(self, user: User, day: date | None = None) -> "TaxpayerQuerySet":
        """The taxpayers this user acts for on a day (else today): its own, and its agent's clients."""
        today = day or timezone.localdate()
        clients = AgentContract.objects.in_force(today).filter(
            agent__memberships__user=user, agent__service=Taxpayer.Service.ACTIVE
        )
        return self.filter(
            Q(pk__in=Membership.objects.filter(user=user).values("taxpayer"))
            | Q(pk__in=clients.values("taxpayer"))
        )


class Taxpayer(models.Model):
    """A person or organisation with a tax code, and the header of its returns. Notices go to the e-mail.

    A person (``kind``) without a certificate confirms returns with a one-time code.
    ``service_from`` and ``service_to`` are the first and last day of electronic filing; ``is_sandbox`` marks
    a test taxpayer of the API, whose filings reach nobody.
    """

    class Service(models.TextChoices):
        """Whether the taxpayer files here; one that has stopped still looks up what it filed."""

        ACTIVE = "active"
        STOPPED = "stopped"

    class Kind(models.TextChoices):
        """An organisation; or a person: an individual, a household or one in business."""

        ORGANISATION = "organisation"
        PERSON = "person"

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.ORGANISATION)
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
    service = models.CharField(max_length=10, choices=Service.choices, default=Service.ACTIVE)
    service_from = models.DateField(null=True, blank=True)
    service_to = models.DateField(null=True, blank=True)
    is_sandbox = models.BooleanField(default=False)

    objects = TaxpayerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.mst} {self.name}"

    @property
    def is_person(self) -> bool:
        """Whether it is a person, a household or a person in business."""
        return self.kind == self.Kind.PERSON

    def signers(self, day: date) -> frozenset[str]:
        """Tax codes whose signature this taxpayer's returns may carry on a day: its own and its agents'.

        Law: Điều 7 Thông tư 19/2021/TT-BTC; Điều 10 Thông tư 89/2026/TT-BTC.
        """
        agents = AgentContract.objects.in_force(day).filter(taxpayer=self)
        return frozenset({self.mst, *agents.values_list("mst", flat=True)})


class Membership(models.Model):
    """One user acting for one taxpayer; looking up is everybody's, the rest is granted.

    A taxpayer has one main account and at most ten sub-accounts (Điều 3 Thông tư 19/2021/TT-BTC).
    """

    class Role(models.TextChoices):
        """The main account, which may do everything, or one of its sub-accounts."""

        MAIN = "main"
        SUB = "sub"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.SUB)
    may_prepare = models.BooleanField(default=True)
    may_file = models.BooleanField(default=True)
    may_manage = models.BooleanField(default=True)

    class Meta:
        """One membership for a user and a taxpayer, and one main account."""

        constraints = (
            models.UniqueConstraint(fields=["user", "taxpayer"], name="one_membership"),
            models.UniqueConstraint(fields=["taxpayer"], condition=Q(role="main"), name="one_main_account"),
        )

    def __str__(self) -> str:
        return f"{self.user} for {self.taxpayer}"


class AgentContractQuerySet(models.QuerySet["AgentContract"]):
    """Contracts asked for by their days."""

    def in_force(self, day: date) -> "AgentContractQuerySet":
        """The contracts that hold on a day."""
        return self.filter(Q(start__lte=day) & (Q(end__isnull=True) | Q(end__gte=day)))


class AgentContract(models.Model):
    """A tax agent (đại lý thuế) a taxpayer has a contract with, from its first to its last day.

    ``agent`` is the agent's own row where it files here too; ``forms`` are the codes of the forms contracted,
    all of them when empty.
    """

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="agents")
    agent = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="clients", null=True)
    mst = models.CharField(max_length=14)
    name = models.CharField(max_length=400)
    number = models.CharField(max_length=60, blank=True)
    forms = models.JSONField(default=list, blank=True)
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    objects = AgentContractQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.mst} for {self.taxpayer}"


class Officer(models.Model):
    """A user who works at a tax office and answers for it."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="officer")
    office_code = models.CharField(max_length=20)
    office_name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.user} at {self.office_code}"
