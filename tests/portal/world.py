"""Two taxpayers, a sub-account, an agent and an officer in one database, and something of everybody's.

Every room that adds a page adds here what the page is about, and its line in ``access.toml``.
"""

import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from khaithue.portal.accounts.models import AgentContract, Membership, Officer, Taxpayer, User
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.models import Notice
from khaithue.portal.registration.links import digest
from khaithue.portal.registration.models import (
    Application,
    ContactChange,
    Invitation,
    RegisteredCertificate,
)
from khaithue.portal.registration.papers import registration
from khaithue.portal.web.models import Upload
from khaithue.returns.codec import encode
from tests.portal.conftest import member
from tests.portal.register_steps import asked
from tests.portal.signed import SAMPLE

NOON = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)
FORM = "01/GTGT"
"""The form the agent is contracted for; every return in this world is one."""


@dataclass
class World:
    """The people by their role, and the arguments an address of A's takes, by their names."""

    people: dict[str, User] = field(default_factory=dict)
    arguments: dict[str, object] = field(default_factory=dict)


def world() -> World:
    """Make it all; everything that can be owned is A's."""
    main, a = member("a", "0319900012", "CÔNG TY TNHH MẪU A")
    stranger, _b = member("b", "0319900037", "CÔNG TY TNHH MẪU B")
    agent, agency = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
    clerk = User.objects.create_user("nhan-vien", email="nhan-vien@example.vn")
    Membership.objects.create(user=clerk, taxpayer=a, may_prepare=False, may_file=False, may_manage=False)
    AgentContract.objects.create(
        taxpayer=a, agent=agency, mst=agency.mst, name=agency.name, forms=[FORM], start=date(2020, 1, 1)
    )
    officer = User.objects.create_user("can-bo", email="can-bo@example.vn")
    Officer.objects.create(user=officer, office_code=a.office_code, office_name=a.office_name)
    people = {"main": main, "clerk": clerk, "agent": agent, "other": stranger, "officer": officer}
    return World(people, _of(main, a))


def _of(user: User, taxpayer: Taxpayer) -> dict[str, object]:
    draft = open_draft(user=user, taxpayer=taxpayer, form_code=FORM, period="2026-06").draft
    assert draft is not None
    upload = Upload.keep(user=user, taxpayer=taxpayer, name="a.xml", data=SAMPLE.encode())
    return {
        "pk": draft.pk,
        "key": upload.key,
        "application": (application := _application(taxpayer)).pk,
        "slip": application.key,
        "code": _filing(taxpayer).transaction_code,
        "name": "01-GTGT_TT80-2021-TT-BTC_2.8.3",
        "word": "x",
        **_account(user, taxpayer),
    }


def _account(user: User, taxpayer: Taxpayer) -> dict[str, object]:
    """Registrations, certificates and changes under way."""
    later, secret = timezone.now() + timedelta(hours=1), {"email": "e" * 43, "invitation": "i" * 43}
    certificate = RegisteredCertificate.objects.create(
        taxpayer=taxpayer,
        serial="5A",
        issuer="CN=X",
        holder=taxpayer.name,
        not_before=NOON,
        not_after=later,
        fingerprint="ef" * 32,
        der=b"x",
        added_at=NOON,
    )
    asked = {"taxpayer": taxpayer, "asked_by": user, "asked_at": NOON, "expires_at": later}
    ContactChange.objects.create(
        what="email", new="moi@example.vn", old="cu@example.vn", old_secret=digest(secret["email"]), **asked
    )
    phone = ContactChange.objects.create(what="phone", new="0900000001", **asked)
    invitation = Invitation.objects.create(
        taxpayer=taxpayer,
        email="moi@example.vn",
        secret=digest(secret["invitation"]),
        role="sub",
        made_at=NOON,
        expires_at=later,
    )
    return {
        "registration": taxpayer.form_registrations.get(form_code=FORM).pk,
        "certificate": certificate.pk,
        "phone_change": phone.pk,
        "email_secret": secret["email"],
        "invitation_secret": secret["invitation"],
        "invitation": invitation.pk,
        "membership": taxpayer.memberships.get(user__username="nhan-vien").pk,
        "contract": taxpayer.agents.get().pk,
    }


def _application(taxpayer: Taxpayer) -> Application:
    """Of a neighbour without an account, to A's office."""
    asking = asked(alone=True, office_code=taxpayer.office_code)
    paper = registration("01/ĐK-TĐT", asking, None, taxpayer.office_name, date(2026, 7, 1))
    return Application.objects.create(
        code="90020260000000009",
        kind=Application.Kind.REGISTER,
        form_code=paper.form.code,
        mst=asking.mst,
        name=asking.name,
        email=asking.email,
        office_code=taxpayer.office_code,
        office_name=taxpayer.office_name,
        data=encode(paper),
        received_at=NOON,
        appointment_on=date(2026, 7, 1),
    )


def _filing(taxpayer: Taxpayer) -> Filing:
    filing = Filing.objects.create(
        transaction_code="90020260000000001",
        taxpayer=taxpayer,
        form_code=FORM,
        title="TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG",
        basis="TT80/2021/TT-BTC",
        version="2.8.3",
        period="2026-05",
        period_kind="month",
        period_start=date(2026, 5, 1),
        period_end=date(2026, 5, 31),
        kind="C",
        body=zlib.compress(SAMPLE.encode()),
        body_sha256="ab" * 32,
        content_sha256="cd" * 32,
        received_at=NOON,
    )
    Notice.objects.create(
        taxpayer=taxpayer,
        filing=filing,
        kind=Notice.Kind.RECEPTION,
        form_code="01-1/TB-TĐT",
        title="Thông báo tiếp nhận",
        number="90020260000000001/TB-TĐT",
        xml=b"<TBaoThueDTu/>",
        created_at=NOON,
    )
    return filing
