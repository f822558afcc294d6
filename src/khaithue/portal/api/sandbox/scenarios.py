"""The outcomes a test may ask for with the header ``Khaithue-Scenario``, for test taxpayers only."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.api.problems import Refusal, refusal
from khaithue.portal.filing.models import Filing
from khaithue.returns.findings import Text, finding

HEADER = "Khaithue-Scenario"

WAIT = "5"
"""Seconds a client is told to wait in an outage that is played."""


@dataclass(frozen=True)
class Scenario:
    """One outcome: ``meaning`` for the reference, and what happens.

    ``status`` and ``code`` are a refusal without anything stored, or, with ``stored``, the answer after it;
    ``state`` is the office's decision on the filing, with its ``reason``.
    """

    meaning: Text
    status: int = 201
    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    stored: bool = True
    state: Filing.State = Filing.State.RECEIVED
    reason: dict[str, str] = field(default_factory=dict)

    def refusal(self) -> Refusal:
        """What is answered instead of a receipt."""
        headers = {"Retry-After": WAIT} if self.status in (429, 503, 504) else {}
        return Refusal(self.status, [finding(self.code, **self.facts)], headers)


def _refused(group: str, error: str, fix: str) -> dict[str, str]:
    return {"group": group, "error": error, "fix": fix, "note": ""}


SCENARIOS: dict[str, Scenario] = {
    "RECEIVED": Scenario(Text("Đã tiếp nhận, chưa có quyết định", "Received; the office has not decided")),
    "ACCEPTED": Scenario(
        Text("Đã tiếp nhận, rồi được chấp nhận", "Received, then accepted"), state=Filing.State.ACCEPTED
    ),
    "REFUSED": Scenario(
        Text("Đã tiếp nhận, rồi không được chấp nhận", "Received, then refused for its figures"),
        state=Filing.State.REFUSED,
        reason=_refused(
            "Số liệu",
            "Chỉ tiêu [22] khác chỉ tiêu [43] của tờ khai kỳ trước.",
            "Sửa chỉ tiêu [22], ký lại và nộp lại.",
        ),
    ),
    "WRONG_OFFICE": Scenario(
        Text(
            "Đã tiếp nhận, rồi không được chấp nhận vì sai cơ quan thuế",
            "Received, then refused: another office manages the taxpayer",
        ),
        state=Filing.State.REFUSED,
        reason=_refused(
            "Cơ quan thuế",
            "Người nộp thuế không do cơ quan thuế này quản lý.",
            "Chọn đúng cơ quan thuế, ký lại và nộp lại.",
        ),
    ),
    "REFUSED_SIGNATURE": Scenario(
        Text("Chữ ký không đúng; không có gì được lưu", "The signature does not hold; nothing is stored"),
        status=422,
        code="SIG-VALUE",
        stored=False,
    ),
    "DUPLICATE": Scenario(
        Text(
            "Đã có tờ khai lần đầu của kỳ; không có gì được lưu", "A first return stands; nothing is stored"
        ),
        status=422,
        code="FILE-DUPLICATE",
        facts={"form": "01/GTGT", "period": "2026-05", "transaction_code": "90020260000000001"},
        stored=False,
    ),
    "OUTAGE": Scenario(
        Text("Cổng gặp sự cố; không có gì được lưu", "The portal is out of order; nothing is stored"),
        status=503,
        code="API-OUTAGE",
        stored=False,
    ),
    "RATE_LIMITED": Scenario(
        Text("Gửi quá nhanh; không có gì được lưu", "Too many requests; nothing is stored"),
        status=429,
        code="API-RATE",
        facts={"limit": 0},
        stored=False,
    ),
    "TIMEOUT_AFTER_STORE": Scenario(
        Text(
            "Đã lưu nhưng mất câu trả lời; gửi lại đúng byte thì nhận biên nhận cũ",
            "Stored, but the answer is lost; the same bytes again give the receipt",
        ),
        status=504,
        code="API-TIMEOUT",
    ),
}
"""Every scenario by the name a test asks for."""


def scenario_of(request: HttpRequest, taxpayer: Taxpayer) -> Scenario | None:
    """The scenario a request asks for.

    Raises ``Refusal``: API-SCENARIO-REAL for a taxpayer that is no test, so that a program that takes itself
    to be testing never files for real; API-SCENARIO for a name that is none.
    """
    name = request.headers.get(HEADER)
    if name is None:
        return None
    if not taxpayer.is_sandbox:
        raise refusal(422, "API-SCENARIO-REAL")
    if name not in SCENARIOS:
        raise refusal(422, "API-SCENARIO", found=name[:40], known=", ".join(SCENARIOS))
    return SCENARIOS[name]
