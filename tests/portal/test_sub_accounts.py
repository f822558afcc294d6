"""Sub-accounts: at most ten, with rights no wider than the giver's; the main account is never locked out."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from khaithue.portal.accounts.access import Right, access
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.mail.models import Mail
from khaithue.portal.registration.actions.invite_sub import (
    Newcomer,
    accept_as_new,
    accept_as_user,
    cancel_invitation,
    invite_sub,
)
from khaithue.portal.registration.actions.sub_rights import remove_sub, set_rights
from khaithue.portal.registration.grants import Grants
from khaithue.portal.registration.models import Invitation
from tests.portal.conftest import SITE, Clock

Pair = tuple[User, Taxpayer]
pytestmark = pytest.mark.usefixtures("office")
DAY = date(2026, 7, 1)
NEWCOMER = Newcomer("lan.tran", "TRẦN THỊ LAN", "con mèo nhảy qua ba cái ghế")


def invited(pair: Pair, email: str = "lan@example.vn", grants: Grants | None = None) -> list[str]:
    rights = grants or Grants(prepare=True)
    outcome = invite_sub(user=pair[0], taxpayer=pair[1], email=email, grants=rights)
    return [item.code for item in outcome.findings]


def secret() -> str:
    """The secret of the newest invitation."""
    body = Mail.objects.filter(name__startswith="invitation").order_by("-pk")[0].body
    return str(re.findall(rf"{SITE}/invitation/([^/\s]+)/", body)[0])


def accepted(key: str, newcomer: Newcomer = NEWCOMER) -> list[str]:
    return [item.code for item in accept_as_new(secret=key, newcomer=newcomer).findings]


def sub(pair: Pair, name: str, **rights: bool) -> User:
    user = User.objects.create_user(name, email=f"{name}@example.vn")
    flags = {f"may_{right}": rights.get(right, False) for right in ("prepare", "file", "manage")}
    Membership.objects.create(user=user, taxpayer=pair[1], **flags)
    return user


@pytest.mark.near_miss("SUB-HAS-ACCOUNT", "SUB-NAME-TAKEN")
def test_somebody_invited_sets_name_and_password_and_has_the_rights_given(company_a: Pair) -> None:
    assert invited(company_a, grants=Grants(prepare=True, file=True)) == []
    mail = Mail.objects.get(name__startswith="invitation")
    assert (mail.recipient, mail.is_secret) == ("lan@example.vn", True)
    assert accepted(secret()) == []
    user = User.objects.get(username="lan.tran")
    assert (user.email, user.first_name) == ("lan@example.vn", "TRẦN THỊ LAN")
    assert user.check_password(NEWCOMER.password)
    assert access(user, company_a[1], DAY).rights == {Right.LOOK_UP, Right.PREPARE, Right.FILE}
    assert "lan@example.vn" not in " ".join(str(item.detail) for item in AuditEntry.objects.all())


def test_a_link_is_good_once_and_for_seven_days(company_a: Pair, clock: Clock) -> None:
    invited(company_a)
    first = secret()
    assert Invitation.objects.get().secret != first
    assert accepted("x" * 43) == ["LINK-UNKNOWN"]
    clock.forward(days=6, hours=23)
    assert accepted(first) == []
    assert accepted(first, Newcomer("khac", "", "x" * 20)) == ["LINK-USED"]
    invited(company_a, "hoa@example.vn")
    second = secret()
    clock.forward(days=7)
    assert accepted(second, Newcomer("hoa", "", "x" * 20)) == ["LINK-EXPIRED"]


def test_a_second_invitation_of_an_address_voids_the_first(company_a: Pair) -> None:
    invited(company_a)
    first = secret()
    assert invited(company_a) == []
    assert accepted(first) == ["LINK-USED"]
    assert accepted(secret()) == []


def test_an_invitation_is_cancelled(company_a: Pair) -> None:
    invited(company_a)
    cancel_invitation(user=company_a[0], invitation=Invitation.objects.get())
    assert accepted(secret()) == ["LINK-USED"]


def test_there_are_at_most_ten_sub_accounts_open_invitations_included(company_a: Pair, clock: Clock) -> None:
    for number in range(8):
        sub(company_a, f"phu-{number}")
    assert invited(company_a, "chin@example.vn") == []
    assert invited(company_a, "muoi@example.vn") == []
    assert invited(company_a, "muoi-mot@example.vn") == ["SUB-TOO-MANY"]
    clock.forward(days=7)
    assert invited(company_a, "muoi-mot@example.vn") == []


@pytest.mark.error("SUB-TOO-MANY")
@pytest.mark.near_miss("SUB-TOO-MANY")
def test_an_invitation_is_not_accepted_once_there_are_ten(company_a: Pair) -> None:
    invited(company_a)
    for number in range(10):
        sub(company_a, f"phu-{number}")
    assert accepted(secret()) == ["SUB-TOO-MANY"]


@pytest.mark.error(each="code")
@pytest.mark.near_miss("SUB-NAME")
@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("ab", "SUB-NAME"),
        ("có cách", "SUB-NAME"),
        ("", "SUB-NAME"),
        ("A", "SUB-NAME"),
        ("B.b", "SUB-NAME-TAKEN"),
        ("b.b1", ""),
        ("trần.lan", ""),
    ],
)
def test_a_log_in_name_is_free_and_has_no_spaces(company_a: Pair, username: str, code: str) -> None:
    User.objects.create_user("b.b", email="bb@example.vn")
    invited(company_a)
    assert "".join(accepted(secret(), Newcomer(username, "", "x" * 20))) == code


@pytest.mark.error("SUB-ALREADY", "SUB-HAS-ACCOUNT", "SUB-OTHER-ACCOUNT")
@pytest.mark.near_miss("SUB-ALREADY", "SUB-OTHER-ACCOUNT")
def test_who_has_an_account_joins_with_it(company_a: Pair, company_b: Pair) -> None:
    assert invited(company_a, company_b[0].email) == []
    key = secret()
    assert accepted(key) == ["SUB-HAS-ACCOUNT"]
    stranger = User.objects.create_user("la", email="la@example.vn")
    refusal = accept_as_user(user=stranger, secret=key)
    assert [item.code for item in refusal.findings] == ["SUB-OTHER-ACCOUNT"]
    assert accept_as_user(user=company_b[0], secret=key).value == company_b[0]
    assert access(company_b[0], company_a[1], DAY).rights == {Right.LOOK_UP, Right.PREPARE}
    assert invited(company_a, company_b[0].email.upper()) == ["SUB-ALREADY"]


def test_an_address_that_is_none_is_told(company_a: Pair) -> None:
    assert invited(company_a, "lan") == ["EMAIL-INVALID"]


@pytest.mark.error("SUB-RIGHT-NOT-HELD")
@pytest.mark.near_miss("SUB-RIGHT-NOT-HELD")
def test_nobody_gives_or_takes_a_right_they_lack(company_a: Pair) -> None:
    manager = sub(company_a, "quan-ly", manage=True)
    filer = sub(company_a, "nguoi-nop", file=True)
    pair = (manager, company_a[1])
    assert invited(pair, grants=Grants(file=True)) == ["SUB-RIGHT-NOT-HELD"]
    assert invited(pair, grants=Grants(manage=True)) == []
    theirs = filer.memberships.get()
    changed = set_rights(user=manager, membership=theirs, grants=Grants(manage=True))
    assert [item.code for item in changed.findings] == ["SUB-RIGHT-NOT-HELD"]
    removed = remove_sub(user=manager, membership=theirs)
    assert [item.code for item in removed.findings] == ["SUB-RIGHT-NOT-HELD"]


def test_rights_are_changed_and_sub_accounts_removed_at_once(company_a: Pair) -> None:
    user = sub(company_a, "nhan-vien", file=True)
    membership = user.memberships.get()
    assert set_rights(user=company_a[0], membership=membership, grants=Grants(prepare=True)).value
    assert access(user, company_a[1], DAY).rights == {Right.LOOK_UP, Right.PREPARE}
    assert remove_sub(user=company_a[0], membership=membership).value == user
    assert access(user, company_a[1], DAY).rights == frozenset()
    user.refresh_from_db()
    assert user.is_active


@pytest.mark.error("SUB-MAIN", "SUB-SELF")
@pytest.mark.near_miss("SUB-MAIN", "SUB-SELF")
def test_the_main_account_is_never_locked_out(company_a: Pair) -> None:
    manager = sub(company_a, "quan-ly", prepare=True, file=True, manage=True)
    main, own = company_a[0].memberships.get(), manager.memberships.get()
    for user in (manager, company_a[0]):
        changed = set_rights(user=user, membership=main, grants=Grants())
        removed = remove_sub(user=user, membership=main)
        assert [item.code for item in (*changed.findings, *removed.findings)] == ["SUB-MAIN", "SUB-MAIN"]
    assert [item.code for item in remove_sub(user=manager, membership=own).findings] == ["SUB-SELF"]
    assert access(company_a[0], company_a[1], DAY).rights == frozenset(Right)


def test_only_who_may_manage_invites_or_changes(company_a: Pair, company_b: Pair) -> None:
    clerk = sub(company_a, "nhan-vien", prepare=True, file=True)
    with pytest.raises(PermissionDenied):
        invited((clerk, company_a[1]))
    with pytest.raises(PermissionDenied):
        set_rights(user=clerk, membership=clerk.memberships.get(), grants=Grants(manage=True))
    with pytest.raises(PermissionDenied):
        remove_sub(user=company_b[0], membership=clerk.memberships.get())
