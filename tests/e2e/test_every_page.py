"""Every page a person can reach by links: no barrier that axe-core knows, and few bytes of its own.

The site is walked from its first page as each kind of person; of the pages of one address, one is looked at.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, Page, Response

from khaithue.portal.demo.people import AGENT, COMPANIES, LOGIN_PASSWORD, OFFICER, PERSON
from tests.e2e.served import Portal, Visit

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BUDGET = 150_000
"""Most bytes of scripts, styles, fonts and pictures a page may ask for."""

NARROW = 360
"""Pixels of a small telephone; nothing of a page goes beyond them."""

PEOPLE = ("", COMPANIES[0].login, AGENT.login, PERSON.login, OFFICER)
"""Who walks: nobody, a company with a filing, a tax agent, a person without certificate, the officer."""


@pytest.mark.parametrize("person", PEOPLE, ids=lambda login: login or "nobody")
def test_no_page_has_a_barrier_or_is_heavy(person: str, portal: Portal, visit: Visit) -> None:
    if person:
        _log_in(visit.page, person)
    weights = _weigh(visit.page)
    barriers, seen = {}, []
    for name, path in _walk(visit.page, portal.address):
        weights.clear()
        visit.page.goto(path)
        seen.append(name)
        found = Axe().run(visit.page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        if found.violations_count:
            barriers[path] = found.generate_report()
        assert sum(weights.values()) < BUDGET, (path, weights)
        if (width := _narrowed(visit.page)) > NARROW:
            barriers[f"{path} at {NARROW} px"] = f"is {width} px wide"
    assert not barriers, "\n".join(f"{path}\n{report}" for path, report in barriers.items())
    assert len(seen) >= (1 if not person else 4), seen


def _narrowed(page: Page) -> int:
    """How wide the page is on a small telephone; then wide again."""
    page.set_viewport_size({"width": NARROW, "height": 740})
    width: int = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    return width


def _walk(page: Page, address: str) -> Iterator[tuple[str, str]]:
    """One page of every address that links lead to, as the name of the address and its path."""
    page.goto("/")
    open_, names, asked = [urlsplit(page.url).path], set[str](), set[str]()
    while open_:
        path = open_.pop(0)
        name = _name(path)
        if name is None or name in names or not _is_page(page.context, path):
            continue
        names.add(name)
        yield name, path
        for link in _links(page, address):
            if link not in asked:
                asked.add(link)
                open_.append(link)


def _links(page: Page, address: str) -> list[str]:
    found: list[str] = page.evaluate("[...document.querySelectorAll('a[href]')].map(each => each.href)")
    return [link.removeprefix(address).partition("#")[0] for link in found if link.startswith(address)]


def _name(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def _is_page(context: BrowserContext, path: str) -> bool:
    reply = context.request.get(path)
    return reply.headers.get("content-type", "").startswith("text/html")


def _weigh(page: Page) -> dict[str, int]:
    """The bytes of each asset of the page open now; filled as it loads."""
    weights: dict[str, int] = {}

    def arrived(response: Response) -> None:
        if response.ok and response.request.resource_type in ("script", "stylesheet", "font", "image"):
            weights[response.url] = len(response.body())

    page.on("response", arrived)
    return weights


def _log_in(page: Page, login: str) -> None:
    page.goto("/login/")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(LOGIN_PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_load_state("networkidle")
