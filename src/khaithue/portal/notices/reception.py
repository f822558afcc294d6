"""The reception notice: form 01-1/TB-TĐT filled, signed by the office and stored with its filing."""

import re
from dataclasses import replace

from django.utils import timezone

from khaithue import law
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.issue import Addressee, Letter, filled, issue
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.words import kind_words, period_words, received_words
from khaithue.returns.model import Return, Row

_DIGEST = re.compile("SHA-256: ([0-9a-f]{64})")


def issue_reception(filing: Filing) -> Notice:
    """Make and store the reception notice; call it inside the transaction that stores the filing.

    Raises ``RuntimeError`` when the notice is not in order or cannot be signed, so that no filing is stored
    without its notice.
    """
    return issue(
        notice=reception(filing),
        kind=Notice.Kind.RECEPTION,
        title=f"Thông báo tiếp nhận tờ khai {filing.form_code}",
        to=_to(filing),
        at=filing.received_at,
        letter=reception_letter(filing),
        taxpayer=filing.taxpayer,
        filing=filing,
    )


def reception_letter(filing: Filing) -> Letter:
    """The e-mail that carries the notice, in Vietnamese and English."""
    code, period = filing.transaction_code, period_words(filing)
    facts = {
        "filing": filing,
        "period": period,
        "kind": kind_words(filing),
        "received": received_words(filing),
    }
    subject = f"Thông báo tiếp nhận tờ khai {filing.form_code} kỳ {period} – {code}"
    return Letter(f"{code}.reception", subject, "notices/reception.txt", facts)


def reception(filing: Filing) -> Return:
    """The notice of reception of a filing, computed.

    ``ValueError`` for a moment without zone or a digest that is not SHA-256: a receipt must not be vague.
    """
    moment = timezone.localtime(filing.received_at)
    values = {
        "trang_thai": "Y",
        "luc": moment.isoformat(timespec="seconds"),
        "ma_gd": filing.transaction_code,
    }
    tables = {"filings": (named(filing),), "reasons": (Row({"ghi_chu": _told_digest(filing.body_sha256)}),)}
    return filled(
        _issued()["form"],
        to=_to(filing),
        number=notice_number(filing),
        day=moment.date(),
        values=values,
        tables=tables,
    )


def _to(filing: Filing) -> Addressee:
    """The taxpayer's address, else that of the user who filed."""
    filer = filing.filed_by
    to = Addressee.of(filing.taxpayer)
    return replace(to, email=to.email or (filer.email if filer else ""))


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


def named(filing: Filing) -> Row:
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
