"""Registration for electronic filing: applications, certificates, forms, changes of contact, invitations."""

import uuid

from django.db import models
from django.db.models import Q

from khaithue.portal.accounts.models import Taxpayer, User


class Application(models.Model):
    """One dossier to the office: to register, change, stop or return.

    ``form_code`` is its form (01/ĐK-iHTKK, 01/ĐK-TĐT, 02/ĐK-TĐT), ``data`` that return as ``returns.codec``
    writes it; both empty where the era has none. Whoever holds ``key`` may look at the appointment slip
    without an account. ``certificate`` is the certificate as DER, if one was given.
    """

    class Kind(models.TextChoices):
        """What is asked of the office."""

        REGISTER = "register"
        CHANGE = "change"
        STOP = "stop"
        RETURN = "return"

    class State(models.TextChoices):
        """Where the application stands."""

        RECEIVED = "received"
        GRANTED = "granted"
        REFUSED = "refused"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=17, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    form_code = models.CharField(max_length=40)
    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="applications", null=True)
    mst = models.CharField(max_length=14)
    name = models.CharField(max_length=400)
    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)
    office_code = models.CharField(max_length=20)
    office_name = models.CharField(max_length=200)
    start_on = models.DateField(null=True)
    certificate = models.BinaryField(null=True)
    data = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    appointment_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.TextField(blank=True)

    class Meta:
        """Newest first; one open application of a kind for a tax code."""

        ordering = ("-received_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["mst", "kind"], condition=Q(state="received"), name="one_open_application"
            ),
        )

    def __str__(self) -> str:
        return self.code


class RegisteredCertificate(models.Model):
    """A certificate the taxpayer signs with; ``der`` is the certificate itself, ``serial`` is hexadecimal."""

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="certificates")
    serial = models.CharField(max_length=64)
    issuer = models.CharField(max_length=400)
    holder = models.CharField(max_length=400)
    mst = models.CharField(max_length=14, blank=True)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    fingerprint = models.CharField(max_length=64)
    der = models.BinaryField()
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A certificate is registered once at a time."""

        ordering = ("-added_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["taxpayer", "fingerprint"],
                condition=Q(ended_at__isnull=True),
                name="one_registered_certificate",
            ),
        )

    def __str__(self) -> str:
        return f"{self.taxpayer} {self.serial}"


class FormRegistration(models.Model):
    """A form the taxpayer files here, from its first period to its last (open when blank).

    Periods are spelt as ``Period`` spells them; ``first_start`` and ``last_end`` are their outer days.
    """

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="form_registrations")
    form_code = models.CharField(max_length=40)
    period_kind = models.CharField(max_length=10)
    first_period = models.CharField(max_length=24)
    first_start = models.DateField()
    last_period = models.CharField(max_length=24, blank=True)
    last_end = models.DateField(null=True, blank=True)
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """By form; a form is registered once at a time."""

        ordering = ("form_code", "first_start")
        constraints = (
            models.UniqueConstraint(
                fields=["taxpayer", "form_code"],
                condition=Q(last_end__isnull=True),
                name="one_open_form_registration",
            ),
        )

    def __str__(self) -> str:
        return f"{self.taxpayer} {self.form_code} from {self.first_period}"


class ContactChange(models.Model):
    """A new e-mail or phone of the taxpayer; an e-mail counts when both addresses have confirmed it.

    Only digests of the links' secrets are kept.
    """

    class What(models.TextChoices):
        """Which contact."""

        EMAIL = "email"
        PHONE = "phone"

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="contact_changes")
    what = models.CharField(max_length=10, choices=What.choices)
    old = models.CharField(max_length=254, blank=True)
    new = models.CharField(max_length=254)
    old_secret = models.CharField(max_length=64, blank=True)
    new_secret = models.CharField(max_length=64, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    old_confirmed_at = models.DateTimeField(null=True, blank=True)
    new_confirmed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.taxpayer} {self.what}"


class Invitation(models.Model):
    """A way into an account by a link that expires: to activate a granted one, or to join as a sub-account.

    ``membership`` rights are those the new sub-account gets; only the digest of the link's secret is kept.
    """

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="invitations")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    email = models.EmailField()
    secret = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=10)
    may_prepare = models.BooleanField(default=True)
    may_file = models.BooleanField(default=False)
    may_manage = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.taxpayer} {self.role}"
