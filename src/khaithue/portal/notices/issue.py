"""Issuing a notice: its form is filled, checked, signed by the office, stored, and owed by e-mail."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.duties.models import Outage
from khaithue.portal.era import faults_of, form_on
from khaithue.portal.filing.models import Filing
from khaithue.portal.mail.models import Mail
from khaithue.portal.mail.post import File, post
from khaithue.portal.notices.models import Notice, check_note
from khaithue.portal.notices.own_xml import written
from khaithue.portal.office.identity import signing_key
from khaithue.portal.registration.models import Application
from khaithue.printing.pdf import pdf as write_pdf
from khaithue.printing.sheet import SignedBy
from khaithue.returns.compute import compute
from khaithue.returns.findings import has_errors
from khaithue.returns.model import Return, Row, Value
from khaithue.signing.certificates import common_name
from khaithue.signing.keys import SigningKey
from khaithue.signing.sign import sign
from khaithue.signing.target import Target


@dataclass(frozen=True)
class Addressee:
    """Whom a notice is for, and the office that sends it; an empty ``email`` gets no e-mail."""

    mst: str
    name: str
    office_code: str
    office_name: str
    email: str

    @classmethod
    def of(cls, taxpayer: Taxpayer) -> "Addressee":
        """The taxpayer, at the address it has given."""
        return cls(taxpayer.mst, taxpayer.name, taxpayer.office_code, taxpayer.office_name, taxpayer.email)


@dataclass(frozen=True)
class Letter:
    """The e-mail that carries a notice; ``name`` tells e-mails apart for ever.

    ``template`` is rendered with ``facts`` and ``notice``, the notice as it is stored.
    """

    name: str
    subject: str
    template: str
    facts: Mapping[str, Any]
    is_secret: bool = False

    def send(self, recipient: str, at: datetime, files: Sequence[File] = ()) -> Mail:
        """Owe it to that address, with these files; call it inside the transaction of the act."""
        return post(
            name=self.name,
            recipient=recipient,
            subject=self.subject,
            template=self.template,
            facts=dict(self.facts),
            at=at,
            files=files,
            is_secret=self.is_secret,
        )


def filled(
    form_code: str,
    *,
    to: Addressee,
    number: str,
    day: date,
    values: Mapping[str, Value],
    tables: Mapping[str, tuple[Row, ...]] | None = None,
) -> Return:
    """The notice of that form with the common header and these boxes, computed.

    ``LookupError`` when there is no such form.
    """
    form = form_on(form_code, day)
    if form is None:
        raise LookupError(f"there is no notice {form_code}")
    header = {
        "maCQT": to.office_code,
        "tenCQT": to.office_name,
        "maNNhan": to.mst,
        "tenNNhan": to.name,
        "soTBao": number,
        "ngayTBao": day.isoformat(),
    }
    period = Period(PeriodKind.OCCURRENCE, day, day)
    return compute(Return(form, period, header, values, tables=tables or {}))


def issue(
    *,
    notice: Return,
    kind: Notice.Kind,
    title: str,
    to: Addressee,
    at: datetime,
    letter: Letter | None,
    taxpayer: Taxpayer | None = None,
    filing: Filing | None = None,
    application: Application | None = None,
    outage: Outage | None = None,
) -> Notice:
    """Sign and store a filled notice and owe its e-mail; call it inside the transaction of the act it tells.

    The e-mail carries the signed XML and the same as PDF. Raises ``RuntimeError`` when the notice is not in
    order or cannot be signed, so that no act is stored without its notice.
    """
    key = _key(sandbox=taxpayer is not None and taxpayer.is_sandbox)
    xml = _signed(notice, key, at)
    made = Notice.objects.create(
        taxpayer=taxpayer,
        filing=filing,
        application=application,
        outage=outage,
        kind=kind,
        form_code=notice.form.code,
        title=title,
        number=notice.header["soTBao"],
        xml=xml,
        sha256=hashlib.sha256(xml).hexdigest(),
        created_at=at,
    )
    if letter and to.email:
        told = replace(letter, facts={**letter.facts, "notice": made})
        made.mail = told.send(to.email, at, _files(letter.name, notice, xml, key, at))
        made.save(update_fields=["mail"])
    return made


def paper(notice: Return, key: SigningKey, at: datetime, note: str = "") -> bytes:
    """The notice as PDF, saying who signed its XML and when; ``note`` is at its foot."""
    signer = key.signer
    when = f"{timezone.localtime(at):%d/%m/%Y %H:%M:%S}"
    issuer = common_name(signer.issuer)
    signed = SignedBy(signer.name, ", ".join(signer.mst), signer.serial, issuer, when)
    return write_pdf(notice, signed_by=[signed], note=note)


def _files(name: str, notice: Return, xml: bytes, key: SigningKey, at: datetime) -> list[File]:
    note = check_note(notice.header["soTBao"], hashlib.sha256(xml).hexdigest())
    return [
        File(f"{name}.xml", "application/xml", xml),
        File(f"{name}.pdf", "application/pdf", paper(notice, key, at, note)),
    ]


def _key(*, sandbox: bool) -> SigningKey:
    key, missing = signing_key(sandbox=sandbox)
    if key is None:
        raise RuntimeError(f"the office cannot sign: {[item.code for item in missing]}")
    return key


def _signed(notice: Return, key: SigningKey, at: datetime) -> bytes:
    if has_errors(wrong := faults_of(notice)):
        raise RuntimeError(f"notice {notice.form.code} is not in order: {[item.code for item in wrong]}")
    signed, findings = sign(written(notice), key, target=Target.NOTICE, at=at)
    if signed is None:
        raise RuntimeError(f"notice {notice.form.code} cannot be signed: {[item.code for item in findings]}")
    return signed
