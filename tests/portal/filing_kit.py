"""What tests of filing and deciding share: rows of filings, an officer, calls made at the same moment."""

import threading
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connections

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Officer, Taxpayer, User
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.serial import next_transaction_code
from tests.portal.signed import NOON, SAMPLE

T = TypeVar("T")


def officer_of(office_code: str, name: str = "can-bo") -> User:
    """An officer of that office."""
    user = User.objects.create_user(name, email=f"{name}@example.vn")
    Officer.objects.create(user=user, office_code=office_code, office_name="Thuế Mẫu")
    return user


def row(
    taxpayer: Taxpayer, supplement: int = 0, *, period: str = "2026-05", at: datetime = NOON, **facts: Any
) -> Filing:
    """A filing as if received at that moment; its bytes are the sample's."""
    span, code = Period.parse(period), next_transaction_code(at)
    place = {"period": period, "period_kind": span.kind.value}
    return Filing.objects.create(
        **{
            **place,
            "transaction_code": code,
            "taxpayer": taxpayer,
            "form_code": "01/GTGT",
            "title": "TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG",
            "basis": "TT80/2021/TT-BTC",
            "version": "2.8.3",
            "period_start": span.start,
            "period_end": span.end,
            "kind": "B" if supplement else "C",
            "supplement_no": supplement,
            "body": zlib.compress(SAMPLE.encode()),
            "body_sha256": code.rjust(64, "0"),
            "content_sha256": code.rjust(64, "0"),
            "received_at": at.replace(microsecond=0) + timedelta(seconds=supplement),
            **facts,
        }
    )


def together(*calls: Callable[[], T]) -> list[T]:
    """The outcomes of calls made at the same moment, each in a thread and on a connection of its own."""
    gate, outcomes = threading.Barrier(len(calls)), list[T]()

    def run(call: Callable[[], T]) -> None:
        gate.wait()
        try:
            outcomes.append(call())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
