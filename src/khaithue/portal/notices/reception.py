"""The reception notice: form 01-1/TB-TĐT filled, signed by the office and stored with its filing."""

import re

from django.utils import timezone

from khaithue import law
from khaithue.exchange.returns_xml import write
from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.words import period_words
from khaithue.returns.catalogue import find_xml
from khaithue.returns.check import check
from khaithue.returns.compute import compute
from khaithue.returns.findings import has_errors
from khaithue.returns.model import Return, Row
from khaithue.signing.keys import SigningKey
from khaithue.signing.sign import sign
from khaithue.signing.target import Target

_DIGEST = re.compile("SHA-256: ([0-9a-f]{64})")


def issue_reception(*, filing: Filing, key: SigningKey) -> Notice:
    """Make and store the reception notice; call it inside the transaction that stores the filing.

    Raises ``RuntimeError`` when the notice is not in order or cannot be signed, so that no filing is stored
    without its notice.
    """
    notice = reception(filing)
    if has_errors(wrong := check(notice)):
        raise RuntimeError(f"the reception notice is not in order: {[item.code for item in wrong]}")
    signed, findings = sign(write(notice), key, target=Target.NOTICE, at=filing.received_at)
    if signed is None:
        raise RuntimeError(f"the reception notice cannot be signed: {[item.code for item in findings]}")
    return Notice.objects.create(
        filing=filing,
        kind=Notice.Kind.RECEPTION,
        number=notice_number(filing),
        xml=signed,
        created_at=filing.received_at,
        mail_due_at=filing.received_at,
    )


def reception(filing: Filing) -> Return:
    """The notice of reception of a filing, computed.

    ``ValueError`` for a moment without zone or a digest that is not SHA-256: a receipt must not be vague.
    """
    issued = _issued()
    form = find_xml(issued["maTBao"], issued["pbanTBao"], "notice")
    if form is None:
        raise RuntimeError("the form of the reception notice is missing")
    moment = timezone.localtime(filing.received_at)
    day = Period(PeriodKind.OCCURRENCE, moment.date(), moment.date())
    values = {
        "trang_thai": "Y",
        "luc": moment.isoformat(timespec="seconds"),
        "ma_gd": filing.transaction_code,
    }
    tables = {"filings": (_named(filing),), "reasons": (Row({"ghi_chu": _told_digest(filing.body_sha256)}),)}
    return compute(Return(form, day, _header(filing, day), values, tables=tables))


def digest_of(notice: Return) -> str:
    """The SHA-256 of the file received, in hexadecimal, as a notice tells it; empty when it does not."""
    notes = (str(row.values.get("ghi_chu") or "") for row in notice.tables.get("reasons", ()))
    return next((match[1] for note in notes if (match := _DIGEST.fullmatch(note))), "")


def notice_number(filing: Filing) -> str:
    """The number (``soTBao``) of a filing's reception notice, as ``law/xml/notice.toml`` writes it."""
    pattern: str = _issued()["number"]
    return pattern.format(transaction_code=filing.transaction_code)


def _issued() -> dict[str, str]:
    found: dict[str, str] = law.document("xml/notice.toml")["reception"]
    return found


def _header(filing: Filing, day: Period) -> dict[str, str]:
    return {
        "maCQT": filing.taxpayer.office_code,
        "tenCQT": filing.taxpayer.office_name,
        "maNNhan": filing.taxpayer.mst,
        "tenNNhan": filing.taxpayer.name,
        "soTBao": notice_number(filing),
        "ngayTBao": day.start.isoformat(),
    }


def _named(filing: Filing) -> Row:
    """The return as the notice names it; a first return is counted 1, a supplement by its own number."""
    return Row(
        {
            "to_khai": f"{filing.form_code} - {filing.title}",
            "loai": filing.kind,
            "ky": period_words(filing),
            "lan": filing.supplement_no or 1,
        }
    )


def _told_digest(digest: str) -> str:
    told = f"SHA-256: {digest}"
    if not _DIGEST.fullmatch(told):
        raise ValueError(f"{digest!r} is not a SHA-256 digest in hexadecimal")
    return told
