"""Two taxpayers, a sub-account, an agent and an officer in one database, and something of everybody's.

Every room that adds a page adds here what the page is about, and its line in ``access.toml``.
"""

import hashlib
import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from khaithue.exchange.returns_xml import write
from khaithue.portal.accounts.models import AgentContract, Membership, Officer, Taxpayer, User
from khaithue.portal.api.actions.add_webhook import add_webhook
from khaithue.portal.api.actions.make_token import make_token
from khaithue.portal.api.webhooks.events import Event
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.drafts.models import Draft
from khaithue.portal.duties.models import Outage
from khaithue.portal.filing.models import Attachment, Filing, PaperReturn
from khaithue.portal.history.actions.ask_export import ask_export
from khaithue.portal.notices.issue import Addressee, filled
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.own_xml import written
from khaithue.portal.notices.reception import reception
from khaithue.portal.registration.change_paper import Change, change_paper
from khaithue.portal.registration.dossier import answered_dossier
from khaithue.portal.registration.links import digest
from khaithue.portal.registration.models import (
    Application,
    ContactChange,
    Invitation,
    RegisteredCertificate,
)
from khaithue.portal.registration.papers import registration
from khaithue.portal.web.models import Batch, Upload
from khaithue.returns.codec import encode
from khaithue.returns.model import Value
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
    stranger, b = member("b", "0319900037", "CÔNG TY TNHH MẪU B")
    b.form_registrations.filter(form_code=FORM).delete()
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
    """What of A's each address is about, and the values that belong to nobody."""
    filed = _filed(taxpayer)
    draft = _draft(user, taxpayer, "2026-06", "C")
    upload = Upload.keep(user=user, taxpayer=taxpayer, name="a.xml", data=SAMPLE.encode())
    application = _application(taxpayer)
    return {
        "pk": draft.pk,
        "key": upload.key,
        "batch": Batch.objects.create(user=user, state=Batch.State.REVIEW).key,
        "application": application.pk,
        "slip": application.key,
        "dossier": _dossier(user, taxpayer).code,
        **_outage(user, taxpayer),
        "name": "01-GTGT_TT80-2021-TT-BTC_2.8.3",
        "word": "x",
        "year": 2026,
        "month": 7,
        **filed,
        **_programs(user, taxpayer),
        **_amended(user, taxpayer, draft),
        **_account(user, taxpayer),
    }


def _draft(user: User, taxpayer: Taxpayer, period: str, kind: str) -> Draft:
    draft = open_draft(user=user, taxpayer=taxpayer, form_code=FORM, period=period, kind=kind).draft
    assert draft is not None
    return draft


def _filed(taxpayer: Taxpayer) -> dict[str, object]:
    """A filing with its notice and a paper."""
    filing = _filing(taxpayer)
    attached = Attachment.objects.create(
        filing=filing, name="a.pdf", media_type="application/pdf", size=1, sha256="ef" * 32, body=b"%"
    )
    return {"code": filing.transaction_code, "notice": filing.notices.get().pk, "number": attached.pk}


def _programs(user: User, taxpayer: Taxpayer) -> dict[str, object]:
    """A program's token and the address that is told of events."""
    token = make_token(user=user, taxpayer=taxpayer, name="ERP", scopes=["check"], days=30).token
    webhook = add_webhook(user=user, taxpayer=taxpayer, url="https://a.vn/", events=[Event.DUTY_DUE]).webhook
    assert token is not None
    assert webhook is not None
    return {"token": token.pk, "webhook": webhook.pk, "mst": taxpayer.mst}


def _amended(user: User, taxpayer: Taxpayer, draft: Draft) -> dict[str, object]:
    """A supplement being made, a return first filed on paper, and an export of all of it."""
    paper = PaperReturn.objects.create(
        taxpayer=taxpayer,
        form_code=FORM,
        basis=draft.basis,
        version=draft.version,
        period="2026-03",
        data={**draft.data, "period": "2026-03"},
        filed_on=date(2026, 4, 20),
    )
    return {
        "supplement": _draft(user, taxpayer, "2026-05", "B").pk,
        "paper": paper.pk,
        "export": ask_export(user=user, taxpayer=taxpayer, with_pdf=False).key,
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


def _outage(user: User, taxpayer: Taxpayer) -> dict[str, object]:
    """An outage and the notice of it, which is everybody's."""
    outage = Outage.objects.create(
        began_at=NOON,
        ended_at=NOON + timedelta(hours=1),
        reason="Mất điện",
        declared_by=user,
        declared_at=NOON + timedelta(hours=1),
    )
    values: dict[str, Value] = {"su_co": outage.reason, "bat_dau": NOON.isoformat()}
    to, number = Addressee.of(taxpayer), "90020260000000008/TB-TĐT"
    xml = written(filled("02/TB-TĐT", to=to, number=number, day=date(2026, 7, 1), values=values))
    notice = Notice.objects.create(
        outage=outage,
        kind=Notice.Kind.OUTAGE,
        form_code="02/TB-TĐT",
        title="Thông báo sự cố hệ thống",
        number=number,
        xml=xml,
        sha256=hashlib.sha256(xml).hexdigest(),
        created_at=NOON,
    )
    return {"outage": outage.pk, "outage_notice": notice.pk}


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


def _dossier(user: User, taxpayer: Taxpayer) -> Application:
    """That A told of a new telephone number, on the form of circular 19/2021."""
    change = change_paper("02/ĐK-TĐT", taxpayer, Change("phone", user), date(2026, 7, 1))
    return answered_dossier(taxpayer, user, Application.Kind.CHANGE, change, NOON)


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
        activity="00",
        kind="C",
        body=zlib.compress(SAMPLE.encode()),
        body_sha256="ab" * 32,
        content_sha256="cd" * 32,
        received_at=NOON,
    )
    xml = write(reception(filing))
    Notice.objects.create(
        taxpayer=taxpayer,
        filing=filing,
        kind=Notice.Kind.RECEPTION,
        form_code="01-1/TB-TĐT",
        title="Thông báo tiếp nhận",
        number="90020260000000001/TB-TĐT",
        xml=xml,
        sha256=hashlib.sha256(xml).hexdigest(),
        created_at=NOON,
    )
    return filing
