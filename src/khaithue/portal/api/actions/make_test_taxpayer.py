"""Making a test taxpayer with its user, token, certificate and forms: all a program needs to try the API."""

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.action import Done, public_action
from khaithue.portal.api.actions.make_token import new_token
from khaithue.portal.api.models import Token
from khaithue.portal.api.sandbox.authority import issue
from khaithue.portal.api.scopes import Scope
from khaithue.portal.registration.certificate import facts_of, register_certificate
from khaithue.portal.registration.choosing import choose
from khaithue.portal.registration.forms import register_form
from khaithue.portal.registration.periods import earliest
from khaithue.portal.registration.usual import usual_wishes
from khaithue.returns.findings import Finding, finding
from khaithue.returns.taxid import check_digit
from khaithue.signing.demo_ca import OFFICE

PREFIX = "98"
"""The first digits of a test taxpayer's code, which no province has."""

OFFICE_CODE = "00000"
"""The office of test taxpayers: nobody works there."""

DAYS = 30
MOST = 100
"""Most test taxpayers made in an hour."""


@dataclass(frozen=True)
class SandboxTaxpayer:
    """What was made: ``p12`` is the PKCS#12 in Base64, under its password. Nothing, and why, when refused."""

    taxpayer: Taxpayer | None
    token: Token | None = None
    key: str = ""
    p12: str = ""
    p12_password: str = ""
    findings: tuple[Finding, ...] = ()


@public_action("sandbox.make")
def make_test_taxpayer(*, name: str) -> Done[SandboxTaxpayer]:
    """Make one. Findings: API-SANDBOX-FULL."""
    since = timezone.now() - timedelta(hours=1)
    if Token.objects.filter(taxpayer__is_sandbox=True, made_at__gte=since).count() >= MOST:
        full = finding("API-SANDBOX-FULL", limit=MOST)
        return Done(SandboxTaxpayer(None, findings=(full,)), "sandbox", {"refused": full.code})
    user, taxpayer = _pair(name.strip() or "NGƯỜI NỘP THUẾ THỬ NGHIỆM")
    token, key = new_token(user, taxpayer, "sandbox", list(Scope), DAYS)
    issued = issue(taxpayer.name, taxpayer.mst)
    register_certificate(taxpayer, facts_of(issued.certificate), timezone.now())
    _register_forms(taxpayer)
    p12 = base64.b64encode(issued.p12).decode()
    made = SandboxTaxpayer(taxpayer, token, key, p12, issued.password)
    return Done(made, f"taxpayer:{taxpayer.pk}", {"token": token.pk})


def _pair(name: str) -> tuple[User, Taxpayer]:
    mst = _free_code()
    user = User.objects.create_user(f"sandbox-{mst}", email=f"{mst}@sandbox.invalid")
    taxpayer = Taxpayer.objects.create(
        mst=mst,
        name=name,
        address="Số 1 Đường Thử",
        email=user.email,
        office_code=OFFICE_CODE,
        office_name=OFFICE,
        is_sandbox=True,
    )
    Membership.objects.create(user=user, taxpayer=taxpayer, role=Membership.Role.MAIN)
    return user, taxpayer


def _register_forms(taxpayer: Taxpayer) -> None:
    """The usual forms from as long ago as a form may be registered, so that any period can be tried."""
    today = timezone.localdate()
    for wish in usual_wishes(earliest(today), today):
        register_form(taxpayer, choose(taxpayer, wish, today), timezone.now())


def _free_code() -> str:
    while True:
        stem = f"{PREFIX}{secrets.randbelow(10**7 - 1) + 1:07}"
        mst = stem + check_digit(stem)
        if len(mst) == 10 and not Taxpayer.objects.filter(mst=mst).exists():
            return mst
