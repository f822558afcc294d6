"""The papers of a registration: its form filled, and the boxes of the office's answer.

Forms differ by era; each fact is known by the code its box has on every form, and a form takes those it has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from khaithue import law
from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.era import form_on
from khaithue.portal.notices.issue import Addressee, filled
from khaithue.portal.registration.appointment import appointment_time
from khaithue.portal.registration.asked import Asked
from khaithue.portal.registration.certificate import CertificateFacts
from khaithue.portal.registration.models import Application
from khaithue.returns.compute import compute
from khaithue.returns.form import Form
from khaithue.returns.model import Return, Row, Value
from khaithue.signing.certificates import common_name

REGISTER, STOP = "1", "3"
"""What a notice is about (box ``ho_so``): a registration, the end of one."""


def registration(
    form_code: str, asked: Asked, certificate: CertificateFacts | None, office: str, day: date
) -> Return:
    """The registration form of the era, filled; ``LookupError`` when there is no such form on the day."""
    start = asked.start_on(day)
    facts: dict[str, Value] = {
        "ten": asked.name.strip(),
        "dien_thoai": asked.telephone,
        "email": asked.email,
        "nguoi_ky": asked.person.strip(),
        "bat_dau": f"{start:%Y-%m}" if start else None,
        "ban_sao": bool(certificate and certificate.der),
    }
    if certificate and certificate.der:
        facts |= {
            "serial": certificate.serial,
            "chu_the": certificate.holder,
            "to_chuc": common_name(certificate.issuer),
            "mst_cts": certificate.mst,
        }
    header = {"mst": asked.tax_code, "tenNNT": asked.name.strip(), "nguoiKy": asked.person.strip()}
    return paper(form_code, header, office, facts, day)


def stopping(form_code: str, taxpayer: Taxpayer, reason: str, day: date) -> Return:
    """The form by which a taxpayer leaves, filled; ``LookupError`` as above."""
    header = {"mst": taxpayer.mst, "tenNNT": taxpayer.name, "tenTinhNNT": taxpayer.province}
    facts: dict[str, Value] = {
        "noi_dung": STOP,
        "ly_do": reason,
        "ngung_tu": day.isoformat(),
        "email": taxpayer.email,
        "dien_thoai": taxpayer.phone,
    }
    return paper(form_code, header, taxpayer.office_name, facts, day)


def paper(
    form_code: str,
    header: Mapping[str, str],
    office: str,
    facts: Mapping[str, Value],
    day: date,
    tables: Mapping[str, tuple[Row, ...]] | None = None,
) -> Return:
    """A form to that office, computed, with those facts and tables it has a place for.

    ``header`` has the tax code as ``mst``. ``LookupError`` when there is no such form on the day.
    """
    form = form_on(form_code, day)
    if form is None:
        raise LookupError(f"there is no form {form_code} on {day}")
    known = {
        **header,
        "tIN": header["mst"],
        "tenCQT": office,
        "tenCQTNoiNop": office,
        "ngayDKy": day.isoformat(),
        "ngayKy": day.isoformat(),
    }
    asked_of = {field.header for field in form.fields.values()}
    kept = {name: text for name, text in known.items() if name in asked_of and text}
    held = {name: rows for name, rows in (tables or {}).items() if rows and name in form.tables}
    period = Period(PeriodKind.OCCURRENCE, day, day)
    return compute(Return(form, period, kept, _boxes(form, facts), tables=held))


def slip(application: Application) -> Return:
    """The appointment slip of an application; ``LookupError`` when there is no such paper on the day."""
    received = timezone.localtime(application.received_at)
    by = appointment_time(application)
    facts: dict[str, Value] = {
        "ho_so": application.form_code,
        "luc": _moment(received),
        "hen_luc": _moment(by) if by else None,
        "hen_ngay": None if by else application.appointment_on.isoformat(),
        "email": application.email,
    }
    return filled(
        law.document("procedures/eras.toml")["slip"]["form"],
        to=addressee(application),
        number=application.code,
        day=received.date(),
        values={code: value for code, value in facts.items() if value is not None},
    )


@dataclass(frozen=True)
class Answer:
    """What the office answers to an application: granted with an account from a moment, or refused."""

    application: Application
    at: datetime
    about: str = REGISTER
    account: str = ""
    reason: str = ""

    @property
    def is_granted(self) -> bool:
        """Whether no reason speaks against it."""
        return not self.reason


def answer(form_code: str, said: Answer) -> Return:
    """The notice of that form which tells the answer; ``LookupError`` when there is none on the day.

    A notice that names no application tells the moment of the act itself.
    """
    moment = timezone.localtime(said.at)
    form = form_on(form_code, moment.date())
    if form is None:
        raise LookupError(f"there is no notice {form_code} on {moment.date()}")
    facts = _said(said)
    if "ma_gd" not in form.fields:
        facts["luc"] = _moment(said.at)
    return filled(
        form_code,
        to=addressee(said.application),
        number=number(said.application, form_code),
        day=moment.date(),
        values=_boxes(form, facts),
    )


def _said(said: Answer) -> dict[str, Value]:
    application = said.application
    start = max(application.start_on or timezone.localdate(said.at), timezone.localdate(said.at))
    return {
        "ho_so": said.about,
        "ma_gd": application.code,
        "luc": _moment(application.received_at),
        "ket_qua": "Y" if said.is_granted else "N",
        "tai_khoan": said.account,
        "dinh_danh": said.account,
        "email": application.email,
        "dien_thoai": application.phone,
        "hieu_luc": _moment(said.at) if said.is_granted else None,
        "tu_ngay": f"{start:%Y-%m}" if said.is_granted else None,
        "ly_do": said.reason,
    }


def addressee(application: Application) -> Addressee:
    """The applicant, at the address of the application."""
    return Addressee(
        application.mst,
        application.name,
        application.office_code,
        application.office_name,
        application.email,
    )


def number(application: Application, form_code: str) -> str:
    """The number of a notice about an application: its code and the kind of notice."""
    return f"{application.code}/{form_code.rpartition('/')[2]}"


def _boxes(form: Form, facts: Mapping[str, Value]) -> dict[str, Value]:
    """Of the facts, those the form has a typed box for."""
    typed = {code for code, field in form.fields.items() if not field.header and not field.calc}
    return {code: value for code, value in facts.items() if code in typed and value not in (None, "")}


def _moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
