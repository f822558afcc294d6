"""Applying for the service: the facts are checked, the form is stored, the slip is mailed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.action import Done, public_action
from khaithue.portal.era import Era, era_on, faults_of
from khaithue.portal.filing.serial import next_transaction_code
from khaithue.portal.registration.appointment import appointment_day
from khaithue.portal.registration.asked import Asked, kind_for, open_application, taken, wrong
from khaithue.portal.registration.certificate import CertificateFacts
from khaithue.portal.registration.letters import mail_slip, warn_owner
from khaithue.portal.registration.models import Application
from khaithue.portal.registration.offices import offices
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.portal.registration.papers import registration
from khaithue.returns.codec import encode
from khaithue.returns.findings import Finding, finding, has_errors
from khaithue.returns.model import Return


@dataclass(frozen=True)
class Prepared:
    """A registration as it would be sent: its era, its form filled, the certificate read, what was found."""

    asked: Asked
    at: datetime
    era: Era
    paper: Return
    certificate: CertificateFacts | None
    findings: tuple[Finding, ...]


def prepare(asked: Asked, at: datetime) -> Prepared:
    """Fill the form of the day's era and find what is wrong, in the facts and by the form's own checks."""
    day = timezone.localdate(at)
    era = era_on(day)
    certificate = asked.read_certificate(at)
    office = offices(day).get(asked.office_code, "")
    paper = registration(era.register.form, asked, certificate, office, day)
    found = tuple(wrong(asked, certificate, day))
    if not has_errors(found):
        found += tuple(faults_of(paper)) + tuple(taken(asked.tax_code, asked.email))
    return Prepared(asked, at, era, paper, certificate, found)


@public_action("registration.apply")
def apply(*, asked: Asked) -> Done[Outcome[Application]]:
    """Store the application, with the day the office answers by, and mail its slip.

    The page has made sure before that mail to the address arrives.

    Findings: REG-*, CERT-*, and those of the form's own checks.
    """
    prepared = prepare(asked, timezone.now().replace(microsecond=0))
    if has_errors(prepared.findings):
        return refused("application", *prepared.findings)
    try:
        with transaction.atomic():
            application = _stored(prepared)
    except IntegrityError:
        waiting = open_application(asked.tax_code)
        code = waiting.code if waiting else ""
        said = finding("REG-DUPLICATE", cell="mst", mst=asked.tax_code, application=code)
        return refused("application", said)
    mail_slip(application)
    if application.taxpayer:
        warn_owner(application)
    detail = {"kind": application.kind, "form": application.form_code, "office": application.office_code}
    return Done(Outcome(application, prepared.findings), application.code, detail)


def _stored(prepared: Prepared) -> Application:
    asked, at = prepared.asked, prepared.at
    day = timezone.localdate(at)
    return Application.objects.create(
        code=next_transaction_code(at),
        kind=kind_for(asked.tax_code),
        form_code=prepared.paper.form.code,
        taxpayer=Taxpayer.objects.filter(mst=asked.tax_code).first(),
        mst=asked.tax_code,
        name=asked.name.strip(),
        email=asked.email,
        phone=asked.telephone,
        office_code=asked.office_code,
        office_name=offices(day)[asked.office_code],
        start_on=asked.start_on(day),
        certificate=prepared.certificate.der if prepared.certificate else None,
        data=encode(prepared.paper),
        received_at=at,
        appointment_on=appointment_day(prepared.era.register, at),
    )
