"""A list costs as many queries with eight rows as with two: none asks the database row by row."""

import hashlib
import zlib
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import AgentContract, Membership, Officer, Taxpayer, User
from khaithue.portal.api.actions.make_token import make_token
from khaithue.portal.api.models import Delivery, Webhook
from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.webhooks.events import Event
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.duties.models import Outage
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.history.models import Export
from khaithue.portal.notices.issue import Addressee, filled
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.own_xml import written
from khaithue.portal.registration.change_paper import Change, change_paper
from khaithue.portal.registration.dossier import answered_dossier
from khaithue.portal.registration.models import Application, Invitation, RegisteredCertificate
from khaithue.portal.web.models import Batch, Upload
from khaithue.portal.web.request import CHOSEN
from tests.portal.conftest import Clock, member, registered
from tests.portal.signed import SAMPLE
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]
pytestmark = pytest.mark.django_db

MEMBERS = [
    "/",
    "/clients/",
    "/filings/",
    "/filings/list.csv",
    "/notices/",
    "/dossiers/",
    "/service/",
    "/paper/",
    "/history/",
    "/duties/",
    "/duties/2026/6/",
    "/registered-forms/",
    "/account/details/",
    "/account/certificates/",
    "/account/sub-accounts/",
    "/account/agents/",
    "/account/software/",
    "/outages/",
]
OFFICERS = ["/office/", "/office/applications/?answered=1", "/office/filings/", "/office/outages/"]
PROGRAMS = ["", "/0319900012/obligations", "/0319900012/drafts", "/0319900012/filings"]
PROGRAMS += ["/0319900012/notices", "/0319900012/webhooks"]
"""Below ``/api/v1/taxpayers``."""


class Rows:
    """A taxpayer with so many of everything there are lists of."""

    def __init__(self) -> None:
        self.user, self.taxpayer = member("a", "0319900012", "CÔNG TY TNHH MẪU A")
        self.officer = User.objects.create_user("can-bo", email="can-bo@example.vn")
        Officer.objects.create(user=self.officer, office_code="10100", office_name="Thuế Mẫu")
        now = timezone.now()
        self.webhook = Webhook.objects.create(taxpayer=self.taxpayer, url="https://a.vn/", made_at=now)
        made = make_token(user=self.user, taxpayer=self.taxpayer, name="ERP", scopes=list(Scope), days=30)
        self.key, self.batch = made.key, Batch.objects.create(user=self.user, state=Batch.State.REVIEW)

    def add(self, number: int) -> None:
        """One more row of each list."""
        now, period = timezone.now(), Period.month(2024, number + 1)
        self._client(number)
        filing = self._filing(number, period)
        self._notice(number, filing)
        draft = open_draft(
            user=self.user,
            taxpayer=self.taxpayer,
            form_code="01/GTGT",
            period=f"2026-0{number + 1}",
            kind="C",
        ).draft
        assert draft is not None
        PaperReturn.objects.create(
            taxpayer=self.taxpayer,
            form_code="01/GTGT",
            basis=draft.basis,
            version=draft.version,
            period=f"2023-0{number + 1}",
            data=draft.data,
            filed_on=date(2023, 12, 1),
        )
        Export.objects.create(
            taxpayer=self.taxpayer, user=self.user, state="ready", asked_at=now, due_at=now, expires_at=now
        )
        Delivery.objects.create(
            webhook=self.webhook, event=Event.DUTY_DUE, payload={}, made_at=now, due_at=now
        )
        Webhook.objects.create(taxpayer=self.taxpayer, url=f"https://a.vn/{number}", made_at=now)
        make_token(user=self.user, taxpayer=self.taxpayer, name=f"T{number}", scopes=list(Scope), days=30)
        Upload.keep(user=self.user, taxpayer=self.taxpayer, name=f"{number}.xml", data=SAMPLE.encode())
        Upload.objects.filter(batch=None).update(batch=self.batch)
        self._account(number, now)

    def _client(self, number: int) -> None:
        """A client of A's, with a registered form or with none; and an agent of A's."""
        client = member(
            f"k{number}", f"03199{number:05d}", f"K{number}", {"01/GTGT": "month"} if number % 2 else {}
        )
        AgentContract.objects.create(
            taxpayer=client[1], agent=self.taxpayer, mst=self.taxpayer.mst, forms=[], start=date(2020, 1, 1)
        )
        AgentContract.objects.create(
            taxpayer=self.taxpayer,
            agent=client[1],
            mst=client[1].mst,
            forms=["01/GTGT"],
            start=date(2020, 1, 1),
        )

    def _filing(self, number: int, period: Period) -> Filing:
        return Filing.objects.create(
            transaction_code=f"9002026{number:010d}",
            taxpayer=self.taxpayer,
            form_code="01/GTGT",
            title="TỜ KHAI",
            basis="TT80/2021/TT-BTC",
            version="2.8.3",
            period=str(period),
            period_kind="month",
            period_start=period.start,
            period_end=period.end,
            activity="00",
            kind="C",
            body=zlib.compress(SAMPLE.encode()),
            body_sha256=hashlib.sha256(str(number).encode()).hexdigest(),
            content_sha256=hashlib.sha256(str(number).encode()).hexdigest(),
            received_at=timezone.now(),
        )

    def _notice(self, number: int, filing: Filing) -> None:
        outage = Outage.objects.create(
            began_at=datetime.fromisoformat(f"2026-01-{number + 1:02d}T08:00:00+07:00"),
            ended_at=datetime.fromisoformat(f"2026-01-{number + 1:02d}T09:00:00+07:00"),
            reason="Mất điện",
            declared_by=self.officer,
            declared_at=timezone.now(),
        )
        paper = filled(
            "02/TB-TĐT",
            to=Addressee.of(self.taxpayer),
            number=f"{number}/TB",
            day=date(2026, 7, 1),
            values={"su_co": "x", "bat_dau": "2026-01-01T08:00:00+07:00"},
        )
        about: list[tuple[Notice.Kind, dict[str, Any]]] = [
            (Notice.Kind.OUTAGE, {"outage": outage}),
            (Notice.Kind.RECEPTION, {"filing": filing}),
        ]
        for kind, owner in about:
            Notice.objects.create(
                **owner,
                taxpayer=self.taxpayer if kind == Notice.Kind.RECEPTION else None,
                kind=kind,
                form_code="x",
                title="x",
                number=f"{number}/{kind}",
                xml=written(paper),
                sha256="ab" * 32,
                created_at=timezone.now(),
            )

    def _account(self, number: int, now: datetime) -> None:
        clerk = User.objects.create_user(f"phu{number}", email=f"phu{number}@example.vn")
        Membership.objects.create(user=clerk, taxpayer=self.taxpayer)
        Invitation.objects.create(
            taxpayer=self.taxpayer,
            email=f"moi{number}@example.vn",
            secret=f"{number}",
            role="sub",
            made_at=now,
            expires_at=now + timedelta(days=1),
        )
        RegisteredCertificate.objects.create(
            taxpayer=self.taxpayer,
            serial=f"5{number}",
            issuer="CN=X",
            holder="A",
            not_before=now,
            not_after=now + timedelta(days=1),
            fingerprint=f"{number:064d}",
            der=b"x",
            added_at=now,
        )
        if number > 1:  # two forms at least are registered from the beginning
            registered(self.taxpayer, f"0{number}/X")
        change = change_paper("02/ĐK-TĐT", self.taxpayer, Change("phone", self.user), date(2026, 7, 1))
        answered_dossier(self.taxpayer, self.user, Application.Kind.CHANGE, change, now)
        Application.objects.create(
            code=f"8{number:016d}",
            kind=Application.Kind.REGISTER,
            form_code="01/ĐK-TĐT",
            mst=f"03199{number:05d}",
            name="C",
            email="c@example.vn",
            office_code="10100",
            office_name="Thuế Mẫu",
            received_at=now,
            appointment_on=date(2026, 7, 1),
            state=Application.State.GRANTED,
            answered_at=now,
            answered_by=self.officer,
        )

    def asked(self) -> dict[str, int]:
        """How many queries each list makes now."""
        mine, desk = browser(self.user), browser(self.officer)
        session = mine.session
        session[CHOSEN] = self.taxpayer.pk
        session.save()
        hook = f"/account/software/webhooks/{self.webhook.pk}/"
        lists = dict.fromkeys([*MEMBERS, hook, f"/file/batch/{self.batch.key}/"], mine)
        lists |= dict.fromkeys(OFFICERS, desk)
        found = {path: self._count(there, path, {}) for path, there in lists.items()}
        program = {"authorization": f"Bearer {self.key}"}
        for path in [*PROGRAMS, f"/0319900012/webhooks/{self.webhook.pk}/deliveries"]:
            address = f"/api/v1/taxpayers{path}"
            found[address] = self._count(browser(), address, program)
        return found

    @staticmethod
    def _count(there: Client, path: str, headers: dict[str, str]) -> int:
        there.get(path, headers=headers)
        with CaptureQueriesContext(connection) as captured:
            reply = there.get(path, headers=headers)
            if reply.streaming:
                b"".join(reply.streaming_content)  # type: ignore[attr-defined]  # a streamed reply
        assert reply.status_code == 200, (path, reply.status_code)
        return len(captured)


def test_no_list_asks_the_database_row_by_row(clock: Clock, settings: Settings) -> None:
    settings.API_RATE = 1000
    rows = Rows()
    for number in range(2):
        rows.add(number)
    few = rows.asked()
    for number in range(2, 8):
        rows.add(number)
    many = rows.asked()
    assert {path: (few[path], count) for path, count in many.items() if count > few[path]} == {}


def test_an_agents_program_lists_twelve_clients_with_as_many_queries_as_three(clock: Clock) -> None:
    user, agent = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
    key = make_token(user=user, taxpayer=agent, name="ERP", scopes=list(Scope), days=30).key or ""

    def clients(first: int, last: int) -> int:
        for number in range(first, last):
            client = member(f"k{number}", f"03199{number:05d}", f"K{number}")[1]
            AgentContract.objects.create(
                taxpayer=client, agent=agent, mst=agent.mst, forms=["01/GTGT"], start=date(2020, 1, 1)
            )
        with CaptureQueriesContext(connection) as captured:
            reply = browser().get("/api/v1/taxpayers", headers={"authorization": f"Bearer {key}"})
        assert len(reply.json()["items"]) == last + 1
        return len(captured)

    assert clients(0, 3) == clients(3, 12)
