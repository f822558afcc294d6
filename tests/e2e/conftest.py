"""A portal as it is served in use, with a mail server beside it and a real browser before it."""

import os
import queue
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, sync_playwright

from khaithue.portal.demo.people import LOGIN_PASSWORD, OFFICER
from tests.e2e.served import Portal, Visit

PROGRAM = [sys.executable, "-m", "khaithue.portal"]
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's stories on one worker: they share a portal."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


class _Sink:
    def __init__(self) -> None:
        self.mail: queue.Queue[EmailMessage] = queue.Queue()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mail.put(BytesParser(EmailMessage, policy=default).parsebytes(envelope.content))
        return "250 OK"


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a portal with the demo's companies and persons, made once for each worker."""
    data = tmp_path_factory.mktemp("furnished")
    environment = {**os.environ, "KHAITHUE_DATA": str(data), "KHAITHUE_DEMO": "1", "DATABASE_URL": ""}
    made = [*PROGRAM, "demo", "--years-back", "4"]
    subprocess.run(made, env=environment, check=True, capture_output=True, timeout=120)
    return data


@pytest.fixture(scope="module")
def portal(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The portal with data of its own, served by granian with its workers."""
    data = tmp_path_factory.mktemp("portal") / "data"
    shutil.copytree(furnished, data)
    sink = _Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=_free_port())
    controller.start()
    port = _free_port()
    environment = {
        **os.environ,
        "KHAITHUE_DATA": str(data),
        "KHAITHUE_DEMO": "1",
        "KHAITHUE_PORT": str(port),
        "KHAITHUE_WORKERS": "1",
        "KHAITHUE_SMTP_HOST": "127.0.0.1",
        "KHAITHUE_SMTP_PORT": str(controller.port),
        "DATABASE_URL": "",
    }
    with subprocess.Popen([*PROGRAM, "serve"], env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            _answered(f"http://127.0.0.1:{port}/login/", server)
            yield Portal(f"http://127.0.0.1:{port}", data, sink.mail)
        finally:
            server.terminate()
            controller.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without any background traffic of its own.

    It ends with its file: while it lives its event loop runs in this thread, where Django then refuses
    the database to every other test.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(portal: Portal, chromium: Browser) -> Iterator[Visit]:
    """A page of a fresh browser; at the end nothing may have been complained of."""
    context = chromium.new_context(
        base_url=portal.address, locale="vi-VN", viewport={"width": 1280, "height": 900}
    )
    seen = Visit(context.new_page())
    seen.page.on("console", lambda message: _told(seen, message.type, message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(f"error: {error}"))
    context.on("request", lambda request: _asked(seen, portal, request.url))
    yield seen
    context.close()
    assert seen.complaints == []


@pytest.fixture
def officer(chromium: Browser, portal: Portal) -> Iterator[Visit]:
    """The officer's own browser."""
    context = chromium.new_context(
        base_url=portal.address, locale="vi-VN", viewport={"width": 1280, "height": 900}
    )
    visit = Visit(context.new_page())
    visit.page.goto("/login/")
    visit.page.get_by_label("Tên đăng nhập").fill(OFFICER)
    visit.page.get_by_label("Mật khẩu").fill(LOGIN_PASSWORD)
    visit.page.get_by_role("button", name="Đăng nhập").click()
    yield visit
    context.close()


def _told(seen: Visit, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        seen.complaints.append(f"{kind}: {text}")


def _asked(seen: Visit, portal: Portal, url: str) -> None:
    if not url.startswith((portal.address, "data:", "blob:")):
        seen.complaints.append(f"request to another host: {url}")


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def _answered(address: str, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the server takes connections; it tells nobody when it does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own loopback address
                return
        except URLError:
            server_busy(server)
    raise TimeoutError(f"nothing answers at {address}")


def server_busy(server: "subprocess.Popen[bytes]") -> None:
    """Give the server a moment, or learn that it has ended."""
    try:
        server.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return
