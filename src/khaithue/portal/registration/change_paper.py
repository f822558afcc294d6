"""The form by which a taxpayer tells changed facts of its account, filled with the account as it then is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.era import form_on
from khaithue.portal.registration.grants import of_membership
from khaithue.portal.registration.papers import paper
from khaithue.returns.findings import Text
from khaithue.returns.model import Return, Row, Value
from khaithue.signing.certificates import common_name

CHANGED = {
    "email": Text("địa chỉ thư điện tử", "e-mail address"),
    "phone": Text("số điện thoại", "telephone number"),
    "certificate": Text("chứng thư số", "certificate"),
    "accounts": Text("tài khoản phụ", "sub-accounts"),
}
"""What may be changed, as papers and e-mails call it."""

RIGHTS = {"prepare": "lập", "file": "ký và nộp", "manage": "quản lý tài khoản"}
"""The rights of a sub-account, as the form has them; every one looks up."""

CHANGE, ADD = "1", "2"
"""Box ``noi_dung`` of the form: facts are changed, facts are added."""


@dataclass(frozen=True)
class Change:
    """One change: ``what`` is a key of ``CHANGED``, ``by`` who asked, ``adds`` that nothing is replaced."""

    what: str
    by: User
    adds: bool = False


def has_boxes(form_code: str, change: Change, day: date) -> bool:
    """Whether the form of that day has a place for the change; only sub-accounts may have none."""
    form = form_on(form_code, day) if form_code else None
    return form is not None and (change.what != "accounts" or "accounts" in form.tables)


def change_paper(form_code: str, taxpayer: Taxpayer, change: Change, day: date) -> Return:
    """The form, filled; ``LookupError`` when there is no such form on the day.

    It is not asked whether the form is in order: one who never gave a telephone number must still be able to
    change an address, and to end a certificate in strange hands.
    """
    signer = change.by.get_full_name()
    header = {
        "mst": taxpayer.mst,
        "tenNNT": taxpayer.name,
        "tenTinhNNT": taxpayer.province,
        "nguoiKy": signer,
    }
    facts: dict[str, Value] = {
        "noi_dung": ADD if change.adds else CHANGE,
        "ten": taxpayer.name,
        "email": taxpayer.email,
        "dien_thoai": taxpayer.phone,
        "nguoi_ky": signer,
        **_certificate(taxpayer),
    }
    accounts = tuple(_accounts(taxpayer)) if change.what == "accounts" else ()
    return paper(form_code, header, taxpayer.office_name, facts, day, {"accounts": accounts})


def _certificate(taxpayer: Taxpayer) -> dict[str, Value]:
    """The boxes of the newest certificate in use."""
    held = taxpayer.certificates.filter(ended_at=None).first()
    if held is None:
        return {}
    return {
        "serial": held.serial,
        "chu_the": held.holder,
        "to_chuc": common_name(held.issuer),
        "mst_cts": held.mst,
    }


def _accounts(taxpayer: Taxpayer) -> Iterator[Row]:
    """The main account, then the others by name."""
    held = taxpayer.memberships.select_related("user").order_by("role", "user__username")
    for membership in held:
        granted = (RIGHTS[right] for right in of_membership(membership).words())
        yield Row(
            {
                "ten_dang_nhap": membership.user.get_username(),
                "nguoi_dung": _name(membership.user),
                "chinh": membership.role == Membership.Role.MAIN,
                "email": membership.user.email,
                "pham_vi": ", ".join(["tra cứu", *granted]),
            }
        )


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()
