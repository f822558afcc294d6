"""The office's notice that facts of an account were changed, in the form of the era, with its e-mail."""

from datetime import datetime

from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.era import era_on
from khaithue.portal.filing.serial import next_transaction_code
from khaithue.portal.notices.issue import Addressee, Letter, filled, issue
from khaithue.portal.notices.models import Notice
from khaithue.returns.findings import Text
from khaithue.returns.model import Value
from khaithue.signing.certificates import common_name

CHANGED = {
    "email": Text("địa chỉ thư điện tử", "e-mail address"),
    "phone": Text("số điện thoại", "telephone number"),
    "certificate": Text("chứng thư số", "certificate"),
}
"""What may be changed, as the e-mail calls it."""

TITLE = "Thông báo thay đổi thông tin tài khoản"


def issue_change(taxpayer: Taxpayer, what: str, at: datetime) -> Notice:
    """Tell the taxpayer, signed, how its account stands after a change; call it inside that transaction.

    ``what`` is a key of ``CHANGED``. Raises as ``issue`` and ``filled`` do, so that nothing is changed
    without its notice.
    """
    code, day = next_transaction_code(at), timezone.localdate(at)
    form_code, to = era_on(day).register.changed, Addressee.of(taxpayer)
    notice = filled(
        form_code, to=to, number=f"{code}/TB-TĐT", day=day, values=_values(taxpayer, form_code, code, at)
    )
    facts = {"taxpayer": taxpayer, "what": CHANGED[what], "at": timezone.localtime(at), "code": code}
    letter = Letter(f"{code}.change", f"{TITLE} – {taxpayer.mst}", "registration/changed.txt", facts)
    return issue(
        notice=notice,
        kind=Notice.Kind.CHANGE,
        title=f"{TITLE}: {CHANGED[what].vi}",
        to=to,
        at=at,
        letter=letter,
        taxpayer=taxpayer,
    )


def _values(taxpayer: Taxpayer, form_code: str, code: str, at: datetime) -> dict[str, Value]:
    moment = timezone.localtime(at).isoformat(timespec="seconds")
    contact: dict[str, Value] = {"luc": moment, "email": taxpayer.email, "dien_thoai": taxpayer.phone}
    if form_code != "TB-TDoiTTinNNT":
        return {**contact, "ho_so": "2", "ma_gd": code, "ket_qua": "Y", "hieu_luc": moment}
    newest = taxpayer.certificates.filter(ended_at=None).first()
    if newest is None:
        return contact
    return {**contact, "serial": newest.serial, "issuer": common_name(newest.issuer)}
