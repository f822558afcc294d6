"""The reception of a return: the notice of its era, signed by the office and stored with the filing."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.utils import timezone

from khaithue import law
from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.era import era_on
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.issue import Addressee, Letter, filled, issue
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.words import kind_words, period_words, received_words
from khaithue.returns.catalogue import find_for
from khaithue.returns.form import Form
from khaithue.returns.model import Return, Row, Value

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
        to=addressee(filing),
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
        "papers": list(filing.attachments.all()),
    }
    subject = f"Thông báo tiếp nhận tờ khai {filing.form_code} kỳ {period} – {code}"
    return Letter(f"{code}.reception", subject, "notices/reception.txt", facts)


def reception(filing: Filing) -> Return:
    """The notice of reception of a filing, computed: of the form its era prescribes.

    ``ValueError`` for a moment without zone or a digest that is not SHA-256: a receipt must not be vague.
    """
    moment = timezone.localtime(filing.received_at)
    form_code = era_on(moment.date()).file.reception
    form = form_on(form_code, moment.date())
    if form is None:
        raise LookupError(f"there is no notice {form_code} on {moment.date()}")
    facts = {"trang_thai": "Y", "luc": moment.isoformat(timespec="seconds"), "ma_gd": filing.transaction_code}
    tables = {"filings": (named(filing, form),), "reasons": tuple(_notes(filing))}
    return filled(
        form_code,
        to=addressee(filing),
        number=notice_number(filing),
        day=moment.date(),
        values={code: value for code, value in facts.items() if code in form.fields},
        tables={name: rows for name, rows in tables.items() if name in form.tables},
    )


def addressee(filing: Filing) -> Addressee:
    """The taxpayer's address, else that of the user who filed."""
    filer = filing.filed_by
    to = Addressee.of(filing.taxpayer)
    return replace(to, email=to.email or (filer.email if filer else ""))


def form_on(form_code: str, day: date) -> Form | None:
    """The form of a notice in force on a day."""
    return find_for(form_code, Period(PeriodKind.OCCURRENCE, day, day), day) if form_code else None


def digest_of(notice: Return) -> str:
    """The SHA-256 of the file received, in hexadecimal, as a notice tells it; empty when it does not."""
    notes = (str(row.values.get("ghi_chu") or "") for row in notice.tables.get("reasons", ()))
    return next((match[1] for note in notes if (match := _DIGEST.fullmatch(note))), "")


def notice_number(filing: Filing) -> str:
    """The number (``soTBao``) of a filing's reception notice, as ``law/xml/notice.toml`` writes it."""
    pattern: str = law.document("xml/notice.toml")["reception"]["number"]
    return pattern.format(transaction_code=filing.transaction_code)


def named(filing: Filing, form: Form) -> Row:
    """The return as that notice names it; a first return is counted 1, a supplement by its own number."""
    columns = form.tables["filings"].columns
    coded = filing.kind in (columns["loai"].choices or {})
    facts: dict[str, Value] = {
        "to_khai": f"{filing.form_code} - {filing.title}",
        "loai": filing.kind if coded else {"C": "Chính thức", "B": "Bổ sung"}[filing.kind],
        "ky": period_words(filing),
        "lan": filing.supplement_no or 1,
        "noi": filing.taxpayer.office_name,
    }
    return Row({code: value for code, value in facts.items() if code in columns})


def _notes(filing: Filing) -> Iterator[Row]:
    """The digest of the file, then of each paper that came with it; the code in place of a signature."""
    yield Row({"ghi_chu": _told_digest(filing.body_sha256)})
    for paper in filing.attachments.all():
        yield Row({"ghi_chu": f"{paper.name} – {_told_digest(paper.sha256)}"})
    if filing.confirmed:
        sent_to = filing.confirmed["sent_to"]
        yield Row({"ghi_chu": f"Xác nhận bằng mã xác thực giao dịch điện tử gửi đến {sent_to}"})
    if filing.again:
        yield Row({"ghi_chu": f"Nộp lại sau khi không chấp nhận: {filing.again.transaction_code}"})


def _told_digest(digest: str) -> str:
    told = f"SHA-256: {digest}"
    if not _DIGEST.fullmatch(told):
        raise ValueError(f"{digest!r} is not a SHA-256 digest in hexadecimal")
    return told
