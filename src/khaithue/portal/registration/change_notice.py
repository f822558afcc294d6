"""A change of an account told: the taxpayer's form of the era, and the office's signed answer to it."""

from datetime import datetime

from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.era import era_on
from khaithue.portal.filing.serial import next_transaction_code
from khaithue.portal.notices.issue import Addressee, Letter, filled, issue
from khaithue.portal.notices.models import Notice
from khaithue.portal.registration.change_paper import CHANGED, Change, change_paper, has_boxes
from khaithue.portal.registration.dossier import answered_dossier
from khaithue.portal.registration.models import Application
from khaithue.returns.model import Value
from khaithue.signing.certificates import common_name

TITLE = "Thông báo thay đổi thông tin tài khoản"


def issue_change(taxpayer: Taxpayer, change: Change, at: datetime) -> Notice:
    """Store the form of the change and tell the taxpayer, signed, how its account stands after it.

    Call it inside the transaction of the change. An era without such a form has the answer alone. Raises as
    ``issue`` and ``filled`` do, so that nothing is changed without its notice.
    """
    day, to = timezone.localdate(at), Addressee.of(taxpayer)
    application = _stored(taxpayer, change, at)
    code = application.code if application else next_transaction_code(at)
    form_code = era_on(day).register.changed
    notice = filled(
        form_code, to=to, number=f"{code}/TB-TĐT", day=day, values=_values(taxpayer, form_code, code, at)
    )
    facts = {"taxpayer": taxpayer, "what": CHANGED[change.what], "at": timezone.localtime(at), "code": code}
    letter = Letter(f"{code}.change", f"{TITLE} – {taxpayer.mst}", "registration/changed.txt", facts)
    return issue(
        notice=notice,
        kind=Notice.Kind.CHANGE,
        title=f"{TITLE}: {CHANGED[change.what].vi}",
        to=to,
        at=at,
        letter=letter,
        taxpayer=taxpayer,
        application=application,
    )


def tell_accounts(taxpayer: Taxpayer, change: Change, at: datetime) -> Notice | None:
    """The same for sub-accounts, where the form of the era has boxes for them."""
    day = timezone.localdate(at)
    if not has_boxes(era_on(day).register.change, change, day):
        return None
    return issue_change(taxpayer, change, at)


def _stored(taxpayer: Taxpayer, change: Change, at: datetime) -> Application | None:
    day = timezone.localdate(at)
    form_code = era_on(day).register.change
    if not has_boxes(form_code, change, day):
        return None
    paper = change_paper(form_code, taxpayer, change, day)
    return answered_dossier(taxpayer, change.by, Application.Kind.CHANGE, paper, at)


def _values(taxpayer: Taxpayer, form_code: str, code: str, at: datetime) -> dict[str, Value]:
    moment = timezone.localtime(at).isoformat(timespec="seconds")
    contact: dict[str, Value] = {"luc": moment, "email": taxpayer.email, "dien_thoai": taxpayer.phone}
    if form_code != "TB-TDoiTTinNNT":
        return {**contact, "ho_so": "2", "ma_gd": code, "ket_qua": "Y", "hieu_luc": moment}
    newest = taxpayer.certificates.filter(ended_at=None).first()
    if newest is None:
        return contact
    return {**contact, "serial": newest.serial, "issuer": common_name(newest.issuer)}
