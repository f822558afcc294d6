"""What an applicant asks: the facts of a registration, and what is wrong with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.era import era_on
from khaithue.portal.registration.certificate import CertificateFacts, read_certificate
from khaithue.portal.registration.models import Application
from khaithue.portal.registration.offices import offices
from khaithue.returns import taxid
from khaithue.returns.findings import Finding, finding

_PHONE = re.compile(r"\+?[0-9]{9,15}")
_MONTH = re.compile(r"([0-9]{1,2})/([0-9]{4})")
OPEN_KINDS = (Application.Kind.REGISTER, Application.Kind.RETURN)
"""The kinds of application that ask for an account."""


@dataclass(frozen=True)
class Asked:
    """A registration as it was typed.

    ``certificate`` is the file given, ``start`` a month (mm/yyyy) or blank; ``alone`` says that the applicant
    is a person without a certificate, as one with a personal number need not say.
    """

    mst: str
    name: str
    office_code: str
    email: str
    email_again: str
    phone: str
    person: str = ""
    start: str = ""
    alone: bool = False
    certificate: bytes = b""

    @property
    def tax_code(self) -> str:
        """The tax code as it is printed and stored."""
        return taxid.format(self.mst.strip())

    @property
    def is_person(self) -> bool:
        """Whether the applicant is a person: by the word given, or by a personal number of twelve digits."""
        return self.alone or taxid.is_personal(self.mst)

    @property
    def telephone(self) -> str:
        """The telephone number without the signs people put between its digits."""
        return re.sub(r"[ .()-]", "", self.phone)

    def start_on(self, day: date) -> date | None:
        """The first day of the month of start, this month's when blank; None when it cannot be read."""
        if not self.start.strip():
            return day.replace(day=1)
        match = _MONTH.fullmatch(self.start.strip())
        try:
            return date(int(match[2]), int(match[1]), 1) if match else None
        except ValueError:
            return None

    def read_certificate(self, at: datetime) -> CertificateFacts | None:
        """What the certificate says and whether it may sign; None when there is none."""
        return read_certificate(self.certificate, self.mst, at) if self.certificate else None


def wrong(asked: Asked, certificate: CertificateFacts | None, day: date) -> Iterator[Finding]:
    """What is wrong with the facts by themselves, each beside the name of its field."""
    if not taxid.is_valid(asked.mst):
        yield finding("REG-MST", cell="mst", mst=asked.mst[:20])
    if not asked.name.strip():
        yield finding("REG-NAME", cell="name")
    if asked.office_code not in offices(day):
        yield finding("REG-OFFICE", cell="office", office=asked.office_code[:20])
    yield from _contact(asked)
    start = asked.start_on(day)
    if start is None or start < day.replace(day=1):
        yield finding("REG-START", cell="start", start=asked.start[:20], earliest=f"{day:%m/%Y}")
    if certificate:
        yield from (replace(item, cell="certificate") for item in certificate.findings)
    elif not (asked.is_person and era_on(day).register.without_certificate):
        yield finding("REG-CERT-MISSING", cell="certificate")


def _contact(asked: Asked) -> Iterator[Finding]:
    if not _is_email(asked.email):
        yield finding("REG-EMAIL", cell="email", email=asked.email[:60])
    elif asked.email.casefold() != asked.email_again.casefold():
        yield finding("REG-EMAIL-DIFFERS", cell="email_again")
    if not _PHONE.fullmatch(asked.telephone):
        yield finding("REG-PHONE", cell="phone", phone=asked.phone[:20])


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def taken(mst: str, email: str) -> Iterator[Finding]:
    """What the register says against a new account for the tax code, mailed to that address."""
    if Taxpayer.objects.filter(mst=mst, service=Taxpayer.Service.ACTIVE).exists():
        yield finding("REG-ALREADY", cell="mst", mst=mst)
    elif waiting := open_application(mst):
        yield finding("REG-DUPLICATE", cell="mst", mst=mst, application=waiting.code)
    yield from email_taken(mst, email)


def email_taken(mst: str, email: str) -> Iterator[Finding]:
    """That the address is another account's; the tax code's own main account may keep its own."""
    others = User.objects.filter(email__iexact=email)
    if mine := main_user(mst):
        others = others.exclude(pk=mine.pk)
    if others.exists():
        yield finding("REG-EMAIL-TAKEN", cell="email", email=email)


def open_application(mst: str) -> Application | None:
    """The application for an account of that tax code which the office has not answered."""
    return Application.objects.filter(mst=mst, kind__in=OPEN_KINDS, state=Application.State.RECEIVED).first()


def main_user(mst: str) -> User | None:
    """The user of the tax code's main account, if it has or had one."""
    member = Membership.objects.filter(taxpayer__mst=mst, role=Membership.Role.MAIN).select_related("user")
    return found.user if (found := member.first()) else None


def kind_for(mst: str) -> Application.Kind:
    """To return when the tax code has used the service before, else to register."""
    known = Taxpayer.objects.filter(mst=mst).exists()
    return Application.Kind.RETURN if known else Application.Kind.REGISTER


def today(at: datetime) -> date:
    """The day in Viet Nam."""
    return timezone.localdate(at)
