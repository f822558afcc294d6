"""Two taxpayers, a sub-account, an agent and an officer in one database, and something of everybody's.

Every room that adds a page adds here what the page is about, and its line in ``access.toml``.
"""

import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from khaithue.portal.accounts.models import AgentContract, Membership, Officer, Taxpayer, User
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.models import Notice
from khaithue.portal.web.models import Batch, Upload
from tests.portal.conftest import member
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
    filing = _filing(taxpayer)
    paper = filing.attachments.create(
        name="a.pdf", media_type="application/pdf", size=4, sha256="ef" * 32, body=b"%PDF"
    )
    return {
        "batch": Batch.objects.create(user=user, taxpayer=taxpayer).key,
        "paper": paper.pk,
        "pk": draft.pk,
        "key": upload.key,
        "code": filing.transaction_code,
        "name": "01-GTGT_TT80-2021-TT-BTC_2.8.3",
        "word": "x",
    }


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
