"""The reception notice: written, signed by the office and stored with the filing it is about."""

import hashlib

from django.utils import timezone

from khaithue import law
from khaithue.exchange import notices_xml
from khaithue.exchange.notices_xml import NoticeFiling, ReceptionNotice
from khaithue.portal.filing.models import Filing
from khaithue.portal.mail.models import Mail
from khaithue.portal.mail.post import File, post
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.words import kind_words, period_words, received_words
from khaithue.signing.keys import SigningKey
from khaithue.signing.sign import sign
from khaithue.signing.target import Target

RECEPTION = "01-1/TB-TĐT"


def issue_reception(*, filing: Filing, key: SigningKey) -> Notice:
    """Make and store the reception notice; call it inside the transaction that stores the filing.

    Raises ``RuntimeError`` when the notice cannot be signed, so that no filing is stored without its notice.
    """
    document = notices_xml.write(reception(filing))
    signed, findings = sign(document, key, target=Target.NOTICE, at=filing.received_at)
    if signed is None:
        raise RuntimeError(f"the reception notice cannot be signed: {[item.code for item in findings]}")
    return Notice.objects.create(
        taxpayer=filing.taxpayer,
        filing=filing,
        kind=Notice.Kind.RECEPTION,
        form_code=RECEPTION,
        title=f"Thông báo tiếp nhận tờ khai {filing.form_code}",
        number=notice_number(filing),
        xml=signed,
        sha256=hashlib.sha256(signed).hexdigest(),
        created_at=filing.received_at,
        mail=reception_mail(filing, signed),
    )


def reception_mail(filing: Filing, signed: bytes) -> Mail:
    """Owe the e-mail that carries the notice: to the taxpayer's address, else to the user's who filed."""
    code, filer = filing.transaction_code, filing.filed_by
    period = period_words(filing)
    return post(
        name=f"{code}.reception",
        recipient=filing.taxpayer.email or (filer.email if filer else ""),
        subject=f"Thông báo tiếp nhận tờ khai {filing.form_code} kỳ {period} – {code}",
        template="notices/reception.txt",
        facts={
            "filing": filing,
            "period": period,
            "kind": kind_words(filing),
            "received": received_words(filing),
        },
        at=filing.received_at,
        files=[File(f"{code}-reception.xml", "application/xml", signed)],
    )


def reception(filing: Filing) -> ReceptionNotice:
    """What the office says about a filing it has received."""
    return ReceptionNotice(
        number=notice_number(filing),
        day=timezone.localdate(filing.received_at),
        office_code=filing.taxpayer.office_code,
        office_name=filing.taxpayer.office_name,
        tax_id=filing.taxpayer.mst,
        taxpayer_name=filing.taxpayer.name,
        transaction_code=filing.transaction_code,
        received_at=filing.received_at,
        digest=filing.body_sha256,
        filings=(
            NoticeFiling(
                title=f"{filing.form_code} - {filing.title}",
                kind=filing.kind,
                period=period_words(filing),
                count=filing.supplement_no or 1,
            ),
        ),
    )


def notice_number(filing: Filing) -> str:
    """The number (``soTBao``) of a filing's reception notice, as ``law/xml/notices.toml`` writes it."""
    pattern: str = law.document("xml/notices.toml")["reception"]["number"]
    return pattern.format(transaction_code=filing.transaction_code)
