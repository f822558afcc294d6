"""The browser's event loop does not outlive its file: a worker that ran stories can run any test after."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

HERE = Path(__file__)
NEEDS_DATABASE = "tests/portal/test_web_upload.py::test_a_filing_of_another_taxpayer_is_not_found"


@pytest.mark.parametrize("heading", ["khaithue", "Tờ khai thuế"])
def test_a_page_opens(chromium: Browser, heading: str) -> None:
    page = chromium.new_page()
    page.set_content(f"<h1>{heading}</h1>")

    assert page.inner_text("h1") == heading


def test_a_test_that_needs_the_database_runs_after_a_browser_in_the_same_worker() -> None:
    story = f"{HERE.relative_to(Path.cwd())}::test_a_page_opens"
    # The scheduler takes the largest group first: the two stories, then the test that needs the database.
    command = [sys.executable, "-m", "pytest", "-q", "-n", "1", "--dist", "loadgroup", NEEDS_DATABASE, story]

    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert run.returncode == 0, run.stdout[-2000:]
    assert "3 passed" in run.stdout
