"""Processor time of the portal's pages for a taxpayer of 10,000 filings, beside the least a page can cost.

The database is a throw-away file.
"""

import os
import tempfile
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

FILINGS = 10_000
REPEATS = 15
SAMPLE = next((Path(__file__).parents[1] / "tests/samples").glob("842_*.xml"))

os.environ.update(KHAITHUE_DATA=tempfile.mkdtemp(), KHAITHUE_HTTPS="0", KHAITHUE_HOSTS="testserver")
os.environ["DATABASE_URL"] = ""
os.environ["DJANGO_SETTINGS_MODULE"] = "khaithue.portal.settings"

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.filing.models import Filing
from khaithue.portal.web import urls

PAGES = ("/", "/duties/", "/duties/2026/10/", "/filings/", "/filings/?form=01/GTGT&page=50")


def floor(_request: HttpRequest) -> HttpResponse:
    """The least a page of the portal must do: nothing but one query."""
    return HttpResponse(str(User.objects.filter(pk=1).exists()))


def make() -> User:
    """One taxpayer and its filings: monthly returns of the last years, the rest supplements to them."""
    user = User.objects.create_user("bench", email="bench@example.vn")
    taxpayer = Taxpayer.objects.create(mst="0319900012", name="MẪU", office_code="1", office_name="Thuế Mẫu")
    Membership.objects.create(user=user, taxpayer=taxpayer, role=Membership.Role.MAIN)
    body = zlib.compress(SAMPLE.read_bytes(), 1)
    months, period = list[Period](), Period.month(2026, 10)
    for _month in range(100):
        months.append(period)
        period = period.previous()
    Filing.objects.bulk_create(
        _filing(taxpayer, months[number % 100], number // 100, body) for number in range(FILINGS)
    )
    return user


def _filing(taxpayer: Taxpayer, period: Period, supplement: int, body: bytes) -> Filing:
    code = f"9002026{period.start:%y%m}{supplement:06}"
    return Filing(
        transaction_code=code,
        taxpayer=taxpayer,
        form_code="01/GTGT",
        title="TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG",
        basis="TT80/2021/TT-BTC",
        version="2.8.3",
        period=str(period),
        period_kind=PeriodKind.MONTH.value,
        period_start=period.start,
        period_end=period.end,
        kind="B" if supplement else "C",
        supplement_no=supplement,
        body=body,
        body_sha256=code,
        content_sha256=code,
        received_at=datetime(period.end.year, period.end.month, 28, tzinfo=UTC),
    )


def seconds(work: Callable[[], object]) -> float:
    """Least processor time of several runs, after one that fills the caches."""
    taken = []
    for _run in range(REPEATS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken[1:])


def asked(client: Client, address: str) -> int:
    """The queries of one page."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        reply = client.get(address)
    if reply.status_code != 200:
        raise SystemExit(f"{address} answers {reply.status_code}")
    return len(queries)


def main() -> None:
    """Print the table."""
    call_command("migrate", verbosity=0)
    urls.urlpatterns.append(path("floor/", floor))
    client, empty = Client(), Client()
    user = User.objects.create_user("empty", email="empty@example.vn")
    taxpayer = Taxpayer.objects.create(mst="0319900037", name="MẪU B", office_code="1", office_name="Thuế")
    Membership.objects.create(user=user, taxpayer=taxpayer, role=Membership.Role.MAIN)
    empty.force_login(user)
    client.force_login(make())
    least = seconds(lambda: client.get("/floor/"))
    print(f"{FILINGS:,} filings; floor, an empty page of one query: {least * 1000:.1f} ms")
    print(f"{'page':34}{'queries':>16}{'time, ms':>18}{'x floor':>16}")
    for address in PAGES:
        counts = [asked(each, address) for each in (empty, client)]
        times = [seconds(lambda each=each, to=address: each.get(to)) for each in (empty, client)]
        print(
            f"{address:34}{counts[0]:>6} → {counts[1]:<7}{times[0] * 1000:>9.1f} → {times[1] * 1000:<7.1f}"
            f"{times[0] / least:>6.1f} → {times[1] / least:<7.1f}"
        )


if __name__ == "__main__":
    main()
