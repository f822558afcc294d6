"""What stands around and before the work on every page: the menu, and what is offered first."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from khaithue.portal.accounts.models import Taxpayer, User
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]


@pytest.fixture
def client_a(company_a: Pair) -> Client:
    return browser(company_a[0])


PATHS = ("/account/security/", "/account/password/", "/check/", "/api/", "/outages/")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_that_is_no_taxpayers_keeps_the_whole_menu_of_who_acts_for_one(
    path: str, client_a: Client, company_a: Pair
) -> None:
    page = client_a.get(path).content.decode()
    assert (company_a[1].name in page, reverse("web:upload") in page) == (True, True)
    nobody = browser(User.objects.create_user("khong-ai", email="khong@example.vn")).get(path)
    assert (nobody.status_code, reverse("web:upload") in nobody.content.decode()) == (200, False)


def test_the_forms_one_has_registered_are_offered_first(client_a: Client, company_a: Pair) -> None:
    page = client_a.get("/").content.decode()
    offered = re.findall(r'<option value="([^"]+)">', page.partition('id="form_code"')[2])
    assert offered[:3] == ["01/GTGT", "05/KK-TNCN", "05/QTT-TNCN"]
    assert page.index('<optgroup label="Đã đăng ký"') < page.index('<optgroup label="Tờ khai khác"')
    company_a[1].form_registrations.all().delete()
    assert 'label="Đã đăng ký"' not in client_a.get("/").content.decode()
