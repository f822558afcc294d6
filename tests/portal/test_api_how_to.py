"""The how-to of the API does what it says: its own code, run from top to bottom against the served portal."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from khaithue.portal.api.webhooks.signature import signature
from khaithue.portal.filing.models import Filing
from tests.portal.api_kit import signers_in, trust

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "file-by-api.md"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
EVENT = (
    b'{"id": "1", "event": "filing.refused", "made_at": "2026-07-01T05:00:00+00:00",'
    b' "data": {"transaction_code": "9"}}'
)


@pytest.fixture
def address(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, transactional_db: None
) -> Iterator[str]:
    settings.SANDBOX = True
    trust(settings, signers_in(tmp_path_factory.mktemp("authority")))
    with override_settings(SECURE_SSL_REDIRECT=False):
        server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


def test_the_how_to_runs_from_top_to_bottom(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    now = int(timezone.now().timestamp())
    known: dict[str, Any] = {
        "address": address,
        "body": EVENT,
        "secret": "whsec_x",
        "signature": signature("whsec_x", now, EVENT),
    }
    for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if "signed_again" in block:
            known["signed_again"] = _of_february(known)
        exec(block, known)  # noqa: S102  # our own page
    assert [each.state for each in Filing.objects.order_by("pk")] == ["received", "refused"]
    assert known["signed_notice"].startswith(b"<?xml")
    told = capsys.readouterr().out
    assert known["receipt"].transaction_code in told
    assert "Sửa chỉ tiêu [22]" in told
    assert "1 filing.refused 9" in told


def _of_february(known: dict[str, Any]) -> bytes:
    """Another return to file, made as the page makes the first."""
    draft = known["client"].open_draft("01/GTGT", "2026-02")
    data, _ = known["sign"](known["client"].draft_xml(draft), known["key"], at=known["now"])
    assert isinstance(data, bytes)
    return data
