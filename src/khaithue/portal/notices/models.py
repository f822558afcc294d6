"""Notices of the office, signed."""

from django.db import models

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.duties.models import Outage
from khaithue.portal.filing.models import Filing
from khaithue.portal.mail.models import Mail
from khaithue.portal.registration.models import Application


def check_code(sha256: str) -> str:
    """The code by which the public page tells who holds a notice from who guesses its number."""
    return f"{sha256[:5]}-{sha256[5:10]}".upper()


def check_note(number: str, sha256: str) -> str:
    """What stands at the foot of a printed notice, for who wants to check it."""
    return f"Số {number} · Mã kiểm tra {check_code(sha256)}"


class Notice(models.Model):
    """One signed notice, about a filing, an application, the taxpayer's account, or an outage.

    ``form_code`` is the notice's own form (01-1/TB-TĐT …); ``number`` is printed on it and finds it on the
    public page; ``sha256`` is the digest of ``xml``. ``taxpayer`` is empty while an applicant has no account,
    and for an outage, whose notice is everybody's. ``mail`` is the e-mail that carries it, none for one who
    gave no address and for what goes to many.
    """

    class Kind(models.TextChoices):
        """What the notice tells."""

        RECEPTION = "reception"
        ACCEPTANCE = "acceptance"
        REFUSAL = "refusal"
        REGISTRATION = "registration"
        ACCOUNT = "account"
        CHANGE = "change"
        STOP = "stop"
        OUTAGE = "outage"

    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT, related_name="notices", null=True)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="notices", null=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notices", null=True)
    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="notices", null=True)
    form_code = models.CharField(max_length=40)
    title = models.CharField(max_length=400)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    number = models.CharField(max_length=60, unique=True)
    xml = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField()
    mail = models.OneToOneField(Mail, on_delete=models.PROTECT, related_name="notice", null=True)

    class Meta:
        """Newest first; one notice of a kind for a filing."""

        ordering = (
            "-created_at",
            "-pk",
        )
        constraints = (
            models.UniqueConstraint(
                fields=["filing", "kind"],
                condition=models.Q(filing__isnull=False),
                name="one_notice_of_a_kind",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def check_code(self) -> str:
        """What is typed beside the number on the public page: the first ten digits of ``sha256``.

        It stands on the paper but cannot be guessed from the number.
        """
        return check_code(self.sha256)


class NoticeReading(models.Model):
    """A user opened a notice for the first time."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        """Once for a user and a notice."""

        constraints = (models.UniqueConstraint(fields=["notice", "user"], name="one_notice_reading"),)

    def __str__(self) -> str:
        return f"{self.user} {self.notice}"
