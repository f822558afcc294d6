"""What an accountant does in every story: logs in, signs on the own machine, files."""

import os
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.served import Portal, Visit

PASSWORD, KEY_PASSWORD = "khaithue-demo-2026", "khaithue-demo"


def log_in(visit: Visit, login: str) -> None:
    """Log in as one of the demo's people."""
    visit.page.goto("/")
    visit.page.get_by_label("Tên đăng nhập").fill(login)
    visit.page.get_by_label("Mật khẩu").fill(PASSWORD)
    visit.page.get_by_role("button", name="Đăng nhập").click()
    expect(visit.page.get_by_role("heading", name="Việc phải làm", level=1)).to_be_visible()


def sign_and_file(portal: Portal, visit: Visit, folder: Path, mst: str) -> str:
    """From the fill page: export, sign with the company's key, upload, review, file; the transaction code."""
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Xuất XML").click()
    original = folder / download.value.suggested_filename
    download.value.save_as(original)
    signed = _signed(portal, original, mst)
    visit.page.goto("/file/")
    visit.page.get_by_label("Tệp tờ khai đã ký").set_input_files(signed)
    visit.page.get_by_role("button", name="Tải lên và xem lại").click()
    visit.page.get_by_role("button", name="Nộp tờ khai").click()
    expect(visit.page.get_by_role("heading", name="Đã tiếp nhận tờ khai")).to_be_visible()
    code = visit.page.locator("#transaction-code").inner_text()
    assert re.fullmatch(r"\d{17}", code)
    return code


def _signed(portal: Portal, original: Path, mst: str) -> Path:
    signed = original.with_name(f"{original.stem}-signed.xml")
    program = Path(sys.executable).with_name("khaithue")
    key = portal.data / "demo" / f"{mst}.p12"
    command = [str(part) for part in (program, "sign", "--p12", key, original, signed)]
    environment = {**os.environ, "KHAITHUE_P12_PASSWORD": KEY_PASSWORD}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
    return signed


def small(visit: Visit, name: str) -> None:
    """The page at 360 pixels: nothing goes beyond its right edge; then wide again."""
    visit.page.set_viewport_size({"width": 360, "height": 740})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, name
    visit.shot(f"{name}-360")
    visit.page.set_viewport_size({"width": 1280, "height": 900})
