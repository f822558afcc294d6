"""A program is connected on the page, files over the API with the client, and is cut off again."""

import http.server
import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from khaithue.client import ApiError, Client, read_event
from tests.e2e.served import ARTIFACTS, Portal, Visit

pytestmark = pytest.mark.e2e

LOGIN, PASSWORD = "mau-a", "khaithue-demo-2026"
MST, KEY_PASSWORD = "0319900012", "khaithue-demo"
PERIOD = "2026-09"


@dataclass
class Listener:
    """The program's own server: what the portal told it, and with which signature."""

    url: str
    came: "queue.Queue[tuple[bytes, str]]"


@pytest.fixture
def listener() -> Iterator[Listener]:
    came: queue.Queue[tuple[bytes, str]] = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            came.put((body, self.headers["Khaithue-Signature"]))

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield Listener(f"http://127.0.0.1:{server.server_port}/su-kien", came)
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_program_is_connected_files_is_told_and_is_cut_off(
    portal: Portal, visit: Visit, tmp_path: Path, listener: Listener
) -> None:
    _log_in(visit)
    key = _make_token(visit)
    client = Client(portal.address, key, MST)
    assert [each.mst for each in client.taxpayers()] == [MST]
    webhook = client.add_webhook(listener.url, ["filing.received"])
    signed = _signed(portal, _drafted(client), tmp_path)
    checked = client.check(signed)
    assert checked.ok, checked.findings
    receipt = client.submit(signed)
    assert client.submit(signed).transaction_code == receipt.transaction_code
    assert [each.kind for each in client.notices(transaction_code=receipt.transaction_code)] == ["reception"]
    event = read_event(*listener.came.get(timeout=60), webhook.secret)
    assert (event.event, event.data["transaction_code"]) == ("filing.received", receipt.transaction_code)
    _see_the_deliveries(visit, listener.url)
    client.end_webhook(webhook)
    _see_the_filing(visit, receipt.transaction_code)
    _add_webhook(visit)
    _revoke(visit)
    with pytest.raises(ApiError) as refused:
        client.receipt(receipt.transaction_code)
    assert (refused.value.status, refused.value.code) == (401, "API-TOKEN-REVOKED")


def test_the_pages_of_software_fit_a_screen_of_360_pixels(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    _log_in(visit)
    for path, name in (("/account/software/", "360-api-software"), ("/api/", "360-api-docs")):
        visit.page.goto(path)
        width = visit.page.evaluate("document.documentElement.scrollWidth")
        visit.shot(name)
        assert width <= 360, (path, width)


def test_the_reference_is_read_without_logging_in(visit: Visit) -> None:
    visit.page.goto("/api/")
    expect(visit.page.get_by_role("heading", name="Tài liệu API")).to_be_visible()
    route = visit.page.get_by_role("article", name="Nộp tờ khai đã ký")
    route.get_by_text("Ví dụ").click()
    expect(route.get_by_text('"transaction_code"').first).to_be_visible()
    route.scroll_into_view_if_needed()
    visit.page.screenshot(path=ARTIFACTS / "api-5-docs.png")


def _log_in(visit: Visit) -> None:
    visit.page.goto("/login/")
    visit.page.get_by_label("Tên đăng nhập").fill(LOGIN)
    visit.page.get_by_label("Mật khẩu").fill(PASSWORD)
    visit.page.get_by_role("button", name="Đăng nhập").click()
    expect(visit.page.get_by_role("heading", level=1)).to_be_visible()


def _make_token(visit: Visit) -> str:
    page = visit.page
    page.get_by_role("link", name="Thông tin", exact=True).click()
    page.get_by_role("link", name="Mã truy cập và sự kiện").click()
    page.get_by_label("Tên phần mềm").fill("Phần mềm kế toán Mẫu")
    visit.shot("api-1-software")
    page.get_by_role("button", name="Cấp mã").click()
    _refused(visit, "Chưa chọn phạm vi nào")
    expect(page.get_by_label("Tên phần mềm")).to_have_value("Phần mềm kế toán Mẫu")
    for scope in (
        "Kiểm tra tờ khai",
        "Nộp tờ khai đã ký",
        "Tra cứu tờ khai",
        "Đọc thông báo",
        "Lập và sửa",
        "webhooks",
    ):
        page.get_by_label(re.compile(scope)).check()
    page.get_by_role("button", name="Cấp mã").click()
    key = page.locator("#key").inner_text()
    visit.shot("api-2-token-made")
    page.goto("/account/software/")
    expect(page.locator("#key")).to_have_count(0)
    expect(page.get_by_text("Đang dùng được")).to_be_visible()
    return key


def _drafted(client: Client) -> bytes:
    draft = client.open_draft("01/GTGT", PERIOD)
    values = {**draft.figures["values"], "32": 580_878_000, "33": 58_087_800}
    header = {**draft.figures["header"], "nguoiKy": "NGUYỄN VĂN MẪU"}
    saved = client.save_draft(draft, {**draft.figures, "values": values, "header": header})
    return client.draft_xml(saved)


def _signed(portal: Portal, data: bytes, directory: Path) -> bytes:
    """The file signed with the program of one's own machine, as a person would."""
    plain, signed = directory / "return.xml", directory / "signed.xml"
    plain.write_bytes(data)
    p12 = portal.data / "demo" / f"{MST}.p12"
    program = Path(sys.executable).with_name("khaithue")
    command = [str(part) for part in (program, "sign", "--p12", p12, plain, signed)]
    environment = {**os.environ, "KHAITHUE_P12_PASSWORD": KEY_PASSWORD}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
    return signed.read_bytes()


def _see_the_filing(visit: Visit, code: str) -> None:
    visit.page.goto("/filings/")
    visit.page.get_by_role("link", name=code).click()
    expect(visit.page.get_by_role("main")).to_contain_text("09/2026")
    visit.shot("api-3-filing")


def _see_the_deliveries(visit: Visit, url: str) -> None:
    visit.page.goto("/account/software/")
    visit.page.get_by_role("link", name=url, exact=True).click()
    row = visit.page.get_by_role("row", name=re.compile("filing.received"))
    tries = 50  # the sender notes the answer a moment after it was given
    while "Đã nhận" not in row.inner_text() and (tries := tries - 1):
        visit.page.reload()
    expect(row).to_contain_text("Đã nhận")
    visit.shot("api-8-deliveries")


def _add_webhook(visit: Visit) -> None:
    page = visit.page
    page.goto("/account/software/")
    page.get_by_label("Địa chỉ của phần mềm").fill("https://10.0.0.8/khaithue")
    page.get_by_label(re.compile("chấp nhận tờ khai filing.accepted")).check()
    page.get_by_role("button", name="Thêm địa chỉ").click()
    _refused(visit, "máy chủ không thuộc mạng công cộng")
    page.get_by_label("Địa chỉ của phần mềm").fill("https://ketoan.example.vn/khaithue")
    page.get_by_role("button", name="Thêm địa chỉ").click()
    expect(page.locator("#secret")).to_contain_text("whsec_")
    visit.shot("api-4-webhook-added")


def _refused(visit: Visit, reason: str) -> None:
    """The page says why; the browser notes the status of the answer, and nothing else."""
    expect(visit.page.get_by_role("alert")).to_contain_text(reason)
    assert ["422" in each for each in visit.complaints] == [True]
    visit.complaints.clear()


def _revoke(visit: Visit) -> None:
    page = visit.page
    page.goto("/account/software/")
    page.get_by_role("link", name=re.compile("Thu hồi")).click()
    expect(page.get_by_role("heading", name="Thu hồi mã truy cập?")).to_be_visible()
    visit.shot("api-6-revoke")
    page.get_by_role("button", name="Thu hồi").click()
    expect(page.get_by_text("Đã thu hồi")).to_be_visible()
    visit.shot("api-7-revoked")
