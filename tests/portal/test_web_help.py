"""What to write in a box is said beside it, opened without any script, and tied to the box for readers."""

import re
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.drafts.models import Draft
from khaithue.returns.catalogue import find_xml
from tests.portal.conftest import registered
from tests.portal.signed import NOON
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]
PEOPLE = "PLuc_05_1_BK_QTT"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def page_of(client: Client, form: str, period: str, rows: int = 0) -> str:
    reply = client.post(reverse("web:start"), {"form_code": form, "period": period})
    draft = Draft.objects.get(pk=int(reply.headers["Location"].strip("/").split("/")[-1]))
    if rows:
        people = [{"values": {"07": f"Người {n}"}, "children": {}} for n in range(rows)]
        draft.data = {**draft.data, "totals": {PEOPLE: {}}, "tables": {"people": people}}
        draft.save()
    return client.get(reverse("web:draft", args=[draft.pk])).content.decode()


def described(page: str, address: str) -> list[str]:
    found = re.search(rf'id="c-{re.escape(address)}"[^>]*aria-describedby="([^"]+)"', page)
    assert found is not None, address
    return found[1].split()


def text_of(page: str, id_: str) -> str:
    found = re.search(rf'<(p|dd) id="{re.escape(id_)}"[^>]*>(.*?)</\1>', page, re.DOTALL)
    assert found is not None, id_
    return re.sub(r"<[^>]+>", "", found[2]).strip()


def test_a_box_has_its_instruction_beside_it_and_is_described_by_it(company_a: Pair) -> None:
    page = page_of(browser(company_a[0]), "01/GTGT", "05/2026")
    form = find_xml("842", "2.8.3")
    assert form is not None
    assert described(page, "22") == ["f-22", "h-22"]
    assert text_of(page, "h-22") == f"[22] {form.fields['22'].help}"
    assert re.search(r'<summary lang="vi" aria-label="Hướng dẫn ghi \[22\] [^"]+"', page)


def test_boxes_of_one_line_share_one_button(company_a: Pair) -> None:
    page = page_of(browser(company_a[0]), "01/GTGT", "05/2026")
    opened = next(part for part in page.split("<details") if 'id="h-23"' in part)
    assert 'id="h-24"' in opened.split("</details>")[0]


def test_a_box_without_an_instruction_has_no_button(company_a: Pair) -> None:
    page = page_of(browser(company_a[0]), "01/GTGT", "05/2026")
    assert described(page, "header[nguoiKy]") == ["f-header[nguoiKy]"]
    assert 'id="h-40a"' not in page


def test_columns_are_told_once_however_many_rows_the_table_has(company_a: Pair) -> None:
    few = page_of(browser(company_a[0]), "05/QTT-TNCN", "2025", rows=1)
    many = page_of(browser(company_a[0]), "05/QTT-TNCN", "2024", rows=40)
    for page in (few, many):
        assert page.count('<details class="columns-help"') == 1
        assert re.search(r'<th [^>]*aria-describedby="h-people\[12\]"', page)
        assert text_of(page, "h-people[12]").startswith("Tổng thu nhập chịu thuế đơn vị đã trả")
        assert described(page, "people[1][12]") == ["f-people[1][12]"]
    assert few.count("h-people[12]") == many.count("h-people[12]")


@pytest.mark.parametrize(
    ("form", "period"),
    [
        ("01/GTGT", "05/2026"),
        ("05/QTT-TNCN", "2025"),
        ("01/CNKD", "Q2/2026"),
        ("DS_CTIET_TNCN", "20/06/2026"),
    ],
)
def test_what_describes_a_box_is_on_the_page_once(company_a: Pair, form: str, period: str) -> None:
    registered(company_a[1], "01/CNKD", "quarter")
    registered(company_a[1], "DS_CTIET_TNCN", "occurrence")
    page = page_of(browser(company_a[0]), form, period)
    ids = Counter(re.findall(r' id="(h-[^"]+)"', page))
    asked = {name for each in re.findall(r'aria-describedby="([^"]+)"', page) for name in each.split()}
    assert set(ids.values()) == {1}
    assert {name for name in asked if name.startswith("h-")} <= set(ids)


def test_the_english_page_keeps_the_law_s_language_for_the_instruction(
    company_a: Pair, settings: Settings
) -> None:
    client = browser(company_a[0])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = page_of(client, "01/GTGT", "05/2026")
    assert re.search(r'<summary lang="en" aria-label="', page)
    assert '<p id="h-22" lang="vi">' in page
