"""The office's decision on a return: accepted, or not with its reasons, as the notice of the era."""

from datetime import date, datetime

from django.utils import timezone

from khaithue import law
from khaithue.portal.era import era_on
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.reasons import given
from khaithue.portal.notices.issue import Letter, filled, issue
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.reception import addressee, form_on, named
from khaithue.portal.notices.words import kind_words, period_words, received_words
from khaithue.returns.form import Form
from khaithue.returns.model import Return, Row, Value

COLUMNS = {"group": "nhom_loi", "error": "ten_loi", "fix": "xu_ly", "note": "ghi_chu"}
"""What a reason of a refusal is called in the notice's table."""

TITLES = {
    Filing.State.ACCEPTED: "Thông báo chấp nhận tờ khai",
    Filing.State.REFUSED: "Thông báo không chấp nhận tờ khai",
}


def issue_decision(filing: Filing) -> Notice:
    """Make and store the notice of a filing just decided; call it inside the transaction that decides.

    Raises ``RuntimeError`` when the notice is not in order or cannot be signed, so that nothing is decided
    without its notice.
    """
    accepted = filing.state == Filing.State.ACCEPTED
    return issue(
        notice=decision(filing),
        kind=Notice.Kind.ACCEPTANCE if accepted else Notice.Kind.REFUSAL,
        title=f"{TITLES[Filing.State(filing.state)]} {filing.form_code}",
        to=addressee(filing),
        at=_decided_at(filing),
        letter=decision_letter(filing),
        taxpayer=filing.taxpayer,
        filing=filing,
    )


def decision(filing: Filing) -> Return:
    """The notice of the decision, computed."""
    day = timezone.localdate(_decided_at(filing))
    form = _form(filing, day)
    facts = _facts(filing)
    return filled(
        form.code,
        to=addressee(filing),
        number=_number(filing),
        day=day,
        values={code: value for code, value in facts.items() if code in form.fields},
        tables={"filings": (named(filing, form),), "reasons": tuple(map(_row, filing.reasons))},
    )


def _form(filing: Filing, day: date) -> Form:
    """The form the era of the reception prescribes; once that is no longer in force, that of the day."""
    codes = (era_on(each).file.decision for each in (timezone.localdate(filing.received_at), day))
    form = next((found for code in codes if (found := form_on(code, day))), None)
    if form is None:
        raise LookupError(f"there is no notice of a decision on {day}")
    return form


def _facts(filing: Filing) -> dict[str, Value]:
    """The boxes of either notice: 01-2/TB-TĐT, 01/TB-TĐT of circular 89/2026.

    The day of filing is that of the reception when the return is accepted. Law: Điều 8 Thông tư
    19/2021/TT-BTC; Điều 11 Thông tư 89/2026/TT-BTC.
    """
    received = timezone.localtime(filing.received_at)
    told: dict[str, Value] = {
        "trang_thai": "Y" if filing.state == Filing.State.ACCEPTED else "N",
        "ma_gd": filing.transaction_code,
        "luc_nop": received.isoformat(timespec="seconds"),
        "luc": received.isoformat(timespec="seconds"),
    }
    if filing.state != Filing.State.ACCEPTED:
        return told
    decided = timezone.localtime(_decided_at(filing))
    return {
        **told,
        "hoan_thanh": received.isoformat(timespec="seconds"),
        "luc_chap_nhan": decided.isoformat(timespec="seconds"),
        "ngay_nop": received.date().isoformat(),
    }


def decision_letter(filing: Filing) -> Letter:
    """The e-mail that carries the notice, in Vietnamese and English."""
    code, period = filing.transaction_code, period_words(filing)
    accepted = filing.state == Filing.State.ACCEPTED
    facts = {
        "filing": filing,
        "accepted": accepted,
        "period": period,
        "kind": kind_words(filing),
        "received": received_words(filing),
        "reasons": [given(reason) for reason in filing.reasons],
    }
    subject = f"{TITLES[Filing.State(filing.state)]} {filing.form_code} kỳ {period} – {code}"
    return Letter(f"{code}.decision", subject, "notices/decision.txt", facts)


def _row(reason: dict[str, str]) -> Row:
    return Row({column: reason[key] for key, column in COLUMNS.items() if reason.get(key)})


def _number(filing: Filing) -> str:
    pattern: str = law.document("xml/notice.toml")["decision"]["number"]
    return pattern.format(transaction_code=filing.transaction_code)


def _decided_at(filing: Filing) -> datetime:
    if filing.decided_at is None:
        raise ValueError(f"the filing {filing.transaction_code} is not decided")
    return filing.decided_at
