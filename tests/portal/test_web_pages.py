"""The pages: who may see them, what they save, and what they say when something is wrong."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.urls.converters import IntConverter, StringConverter, UUIDConverter
from django.utils import timezone
from pytest_django import Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.drafts.models import Draft
from khaithue.portal.web import urls
from tests.portal.conftest import registered
from tests.portal.signed import NOON
from tests.portal.web_browser import PASSWORD, browser

Pair = tuple[User, Taxpayer]
OPEN = {
    "login",
    "login_second",
    "login_code",
    "login_code_enter",
    "forgotten",
    "new_password",
    "logout",
    "form_js",
    "runtime_js",
    "paper_css",
    "api_docs",
    "check",
    "register",
    "register_review",
    "register_code",
    "slip",
    "slip_pdf",
    "slip_form_pdf",
    "slip_notice_xml",
    "slip_notice_pdf",
    "outage_notice",
    "outage_notice_xml",
    "outage_notice_pdf",
    "activate",
    "feed",
    "outages",
    "email_link",
    "email_cancel",
    "invitation",
}
PEOPLE = "PLuc_05_1_BK_QTT"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def client_a(company_a: Pair) -> Client:
    return browser(company_a[0])


def started(client: Client, form: str = "01/GTGT", period: str = "05/2026") -> Draft:
    reply = client.post(reverse("web:start"), {"form_code": form, "period": period})
    assert reply.status_code == 302, reply.content.decode()
    return Draft.objects.get(pk=int(reply.headers["Location"].strip("/").split("/")[-1]))


class _Boxes(HTMLParser):
    """What a browser would post from the page, and what stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes: list[tuple[str, str]] = []
        self.inline: list[str] = []
        self.in_template = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            self.inline.append(tag)
        self.in_template += tag == "template"
        off = given.get("type") == "checkbox" and "checked" not in given
        if tag == "input" and given.get("name") and not self.in_template and not off:
            self.boxes.append((str(given["name"]), given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        self.in_template -= tag == "template"


def page_of(client: Client, address: str) -> tuple[str, _Boxes]:
    reply = client.get(address)
    assert reply.status_code == 200
    page, boxes = reply.content.decode(), _Boxes()
    boxes.feed(page)
    return page, boxes


def posted(boxes: _Boxes, do: str = "save", **typed: str) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for name, value in boxes.boxes:
        sent.setdefault(name, []).append(value)
    return {**sent, **{name.removeprefix("c"): value for name, value in typed.items()}, "do": do}


def box(page: str, address: str) -> str:
    found = re.search(rf'id="c-{re.escape(address)}"[^>]*>([^<]*)</output>', page)
    assert found is not None, address
    return found[1]


def member_addresses() -> Iterator[str]:
    given: dict[type[object], object] = {
        IntConverter: 1,
        UUIDConverter: "00000000-0000-0000-0000-000000000000",
        StringConverter: "90020260000000001",
    }
    for route in urls.pages:
        assert isinstance(route, URLPattern)
        if route.name not in OPEN:
            taken = route.pattern.converters
            yield reverse(f"web:{route.name}", kwargs={name: given[type(taken[name])] for name in taken})


@pytest.mark.parametrize("address", member_addresses())
def test_no_page_but_the_log_in_is_seen_without_logging_in(db: None, address: str) -> None:
    for reply in (browser().get(address), browser().post(address)):
        assert reply.status_code in (302, 405)
        assert reply.status_code == 405 or reply.headers["Location"].startswith("/login/?next=")


def test_a_user_logs_in_and_sees_the_taxpayer_and_what_is_due(company_a: Pair) -> None:
    company_a[0].set_password(PASSWORD)
    company_a[0].save()
    reply = browser().post("/login/", {"username": "a", "password": PASSWORD}, follow=True)
    page = reply.content.decode()
    assert "CÔNG TY TNHH MẪU A" in page
    assert "0319900012" in page
    assert re.search(r"01/GTGT.*tháng 05/2026.*22/06/2026.*quá hạn 9 ngày", page, re.DOTALL)


def test_a_wrong_password_says_so_and_keeps_the_name(company_a: Pair) -> None:
    page = browser().post("/login/", {"username": "a", "password": "sai"}).content.decode()
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in page
    assert 'value="a"' in page


def test_a_draft_of_another_taxpayer_is_not_found(client_a: Client, company_b: Pair) -> None:
    draft = started(client_a)
    other = browser(company_b[0])
    names = ("draft", "autosave", "discard", "explain", "export", "draft_print", "sign")
    for address in (reverse(f"web:{name}", args=[draft.pk]) for name in names):
        assert {other.get(address).status_code, other.post(address).status_code} <= {404, 405}
    assert Draft.objects.filter(pk=draft.pk, revision=1).exists()


@pytest.mark.parametrize("typed", ["05/2026", "2026-05"])
def test_a_return_is_started_for_a_period_as_people_write_it(client_a: Client, typed: str) -> None:
    assert started(client_a, period=typed).period == "2026-05"


@pytest.mark.error("DRAFT-PERIOD")
def test_a_period_that_is_none_is_refused_with_what_to_do(client_a: Client) -> None:
    reply = client_a.post(reverse("web:start"), {"form_code": "01/GTGT", "period": "tháng tới"})
    assert reply.status_code == 422
    assert "DRAFT-PERIOD" in reply.content.decode()


def test_the_page_saves_computes_and_shows_findings_without_javascript(client_a: Client) -> None:
    draft = started(client_a)
    address = reverse("web:draft", args=[draft.pk])
    _, boxes = page_of(client_a, address)
    reply = client_a.post(address, posted(boxes, c23="1.000.000", c25="100.000", c42="5"))
    assert (reply.status_code, reply.headers["Location"]) == (302, f"{address}#checks")
    page, _ = page_of(client_a, address)
    assert box(page, "36") == "(100.000)"
    assert box(page, "41") == "100.000"
    assert 'value="1.000.000"' in page


def test_a_text_that_cannot_be_read_saves_nothing_and_stays_in_its_box(client_a: Client) -> None:
    draft = started(client_a)
    address = reverse("web:draft", args=[draft.pk])
    _, boxes = page_of(client_a, address)
    reply = client_a.post(address, posted(boxes, c23="1.5", c24="7"))
    page = reply.content.decode()
    assert reply.status_code == 422
    assert 'name="23" value="1.5"' in page
    assert 'name="24" value="7"' in page
    assert "Chỉ tiêu [23] cần một số nguyên." in page
    assert Draft.objects.get(pk=draft.pk).revision == 1


def test_an_older_page_does_not_overwrite_a_newer_save_and_keeps_what_was_typed(client_a: Client) -> None:
    draft = started(client_a)
    address = reverse("web:draft", args=[draft.pk])
    _, boxes = page_of(client_a, address)
    client_a.post(address, posted(boxes, c23="1"))
    reply = client_a.post(address, posted(boxes, c23="2"))
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "DRAFT-STALE" in page
    assert 'name="23" value="2"' in page
    assert Draft.objects.get(pk=draft.pk).data["values"]["23"] == 1


def test_an_appendix_and_its_rows_are_added_and_deleted_without_javascript(client_a: Client) -> None:
    draft = started(client_a, "05/QTT-TNCN", "2025")
    address = reverse("web:draft", args=[draft.pk])

    def press(do: str, **typed: str) -> str:
        _, boxes = page_of(client_a, address)
        assert client_a.post(address, {**posted(boxes, do), **typed}).status_code == 302
        return page_of(client_a, address)[0]

    press(f"add-appendix:{PEOPLE}")
    press("copy-row:people[1]", **{"people[1][07]": "Nguyễn Văn A", "people[1][12]": "60.000.000"})
    page = press("save")
    assert box(page, f"{PEOPLE}[28]") == "120.000.000"
    assert box(press("drop-row:people[2]"), f"{PEOPLE}[28]") == "60.000.000"
    assert f'id="part-{PEOPLE}"' not in press(f"drop-appendix:{PEOPLE}")


def test_a_box_that_is_typed_in_some_cases_is_open_and_keeps_what_was_typed(client_a: Client) -> None:
    draft = started(client_a, "05/QTT-TNCN", "2025")
    address = reverse("web:draft", args=[draft.pk])
    _, boxes = page_of(client_a, address)
    client_a.post(address, {**posted(boxes, f"add-appendix:{PEOPLE}")})

    def save(**typed: str) -> list[tuple[str, str]]:
        _, boxes = page_of(client_a, address)
        client_a.post(
            address, {**posted(boxes), **{f"people[1][{code[1:]}]": text for code, text in typed.items()}}
        )
        return page_of(client_a, address)[1].boxes

    taxed = {"c10": "1", "c12": "300.000.000", "c17": "77.000.000"}
    assert ("people[1][24]", "24.800.000") in save(**taxed, c24="5")
    assert ("people[1][24]", "33.050.000") in save(c11="1", c24="33.050.000")
    page, _ = page_of(client_a, reverse("web:explain", args=[draft.pk]) + "?cell=people[1][24]")
    assert "Người nộp thuế tự ghi." in page


def test_a_long_table_is_shown_fifty_rows_at_a_time_and_saved_whole(client_a: Client) -> None:
    draft = started(client_a, "05/QTT-TNCN", "2025")
    rows = [{"values": {"07": f"Người {n}", "12": 1_000_000}, "children": {}} for n in range(1, 121)]
    draft.data = {**draft.data, "totals": {PEOPLE: {}}, "tables": {"people": rows}}
    draft.save()
    address = reverse("web:draft", args=[draft.pk])
    _, boxes = page_of(client_a, f"{address}?from=people:50")
    client_a.post(address, {**posted(boxes), "people[51][12]": "2.000.000"})
    saved = Draft.objects.get(pk=draft.pk).data["tables"]["people"]
    assert [saved[n]["values"]["12"] for n in (49, 50, 51, 119)] == [
        1_000_000,
        2_000_000,
        1_000_000,
        1_000_000,
    ]
    assert len(saved) == 120


def autosaved(client: Client, draft: Draft, data: object, revision: int) -> Any:
    body = json.dumps({"revision": revision, "data": data})
    return client.post(reverse("web:autosave", args=[draft.pk]), body, content_type="application/json")


def page_data(client: Client, draft: Draft) -> Any:
    page, _ = page_of(client, reverse("web:draft", args=[draft.pk]))
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def test_autosave_saves_tells_the_new_revision_and_what_the_server_finds(client_a: Client) -> None:
    draft = started(client_a)
    data = page_data(client_a, draft)
    data["values"] |= {"22": "1000", "42": "2000"}
    reply = autosaved(client_a, draft, data, 1)
    assert reply.status_code == 200
    assert reply.json()["revision"] == 2
    assert "42" in {item["address"] for item in reply.json()["findings"]}
    assert Draft.objects.get(pk=draft.pk).data["values"]["41"] == 1000


def test_autosave_from_an_older_page_is_told_the_newest_revision_and_changes_nothing(
    client_a: Client,
) -> None:
    draft = started(client_a)
    data = page_data(client_a, draft)
    autosaved(client_a, draft, {**data, "values": {"22": "1"}}, 1)
    reply = autosaved(client_a, draft, {**data, "values": {"22": "2"}}, 1)
    assert (reply.status_code, reply.json()["revision"], reply.json()["code"]) == (409, 2, "DRAFT-STALE")
    assert Draft.objects.get(pk=draft.pk).data["values"]["22"] == 1


def test_autosave_cannot_change_whose_return_it_is(client_a: Client) -> None:
    draft = started(client_a)
    data = page_data(client_a, draft)
    forged = {**data["header"], "mst": "0100109106", "tenNNT": "KẺ KHÁC", "loaiTKhai": "B", "nguoiKy": "A"}
    autosaved(client_a, draft, {**data, "header": forged}, 1)
    header = Draft.objects.get(pk=draft.pk).data["header"]
    kept = (header["mst"], header["tenNNT"], header["loaiTKhai"], header["nguoiKy"])
    assert kept == ("0319900012", "CÔNG TY TNHH MẪU A", "C", "A")


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"revision": "1", "data": {}}', "[" * 5000, "\x00"])
def test_autosave_refuses_what_is_not_a_page(client_a: Client, body: str) -> None:
    draft = started(client_a)
    address = reverse("web:autosave", args=[draft.pk])
    assert client_a.post(address, body, content_type="application/json").status_code == 400
    assert Draft.objects.get(pk=draft.pk).revision == 1


def test_why_this_number_shows_the_operands_of_the_figures_now_on_the_page(client_a: Client) -> None:
    draft = started(client_a)
    data = {**page_data(client_a, draft), "values": {"22": "1590900786", "28": None, "33": "5", "25": "7"}}
    address = reverse("web:explain", args=[draft.pk])
    body = json.dumps({"cell": "41", "data": data})
    text = client_a.post(address, body, content_type="application/json").content.decode()
    assert "max(0, [22] - [36] - [37] + [38] + [39a])" in text
    assert "1.590.900.786" in text
    assert "1.590.900.788" in text
    assert "<html" not in text


def test_why_this_number_is_a_page_of_its_own_without_javascript(client_a: Client) -> None:
    draft = started(client_a)
    address = reverse("web:explain", args=[draft.pk])
    assert "Vì sao có số này?" in page_of(client_a, f"{address}?cell=41")[0]
    for cell in ("nowhere", "people[1][12]", "", "hydro_plants[9][12]"):
        assert client_a.get(f"{address}?cell={cell}").status_code == 404


def test_a_draft_is_exported_under_the_name_the_authority_s_program_gives(client_a: Client) -> None:
    draft = started(client_a)
    reply = client_a.get(reverse("web:export", args=[draft.pk]))
    name = "0319900012000-01_GTGT_TT80-M052026-L00.xml"
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert b"<mst>0319900012</mst>" in reply.content
    assert (
        f"khaithue sign --p12 chung-thu.p12 {name}"
        in page_of(client_a, reverse("web:sign", args=[draft.pk]))[0]
    )


def test_a_draft_is_thrown_away_only_after_asking(client_a: Client) -> None:
    draft = started(client_a)
    page_of(client_a, reverse("web:discard", args=[draft.pk]))
    assert Draft.objects.filter(pk=draft.pk).exists()
    client_a.post(reverse("web:discard", args=[draft.pk]))
    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_the_script_of_a_form_has_one_address_for_each_content_and_is_kept_long(client_a: Client) -> None:
    draft = started(client_a)
    page, _ = page_of(client_a, reverse("web:draft", args=[draft.pk]))
    address = re.search(r'src="(/forms/01-GTGT_TT80-2021-TT-BTC_2\.8\.3\.js\?v=\w+)"', page)
    assert address is not None
    reply = client_a.get(address[1])
    assert "immutable" in reply.headers["Cache-Control"]
    assert "01/GTGT|TT80/2021/TT-BTC|2.8.3" in reply.content.decode()
    assert (
        "immutable"
        not in client_a.get("/forms/01-GTGT_TT80-2021-TT-BTC_2.8.3.js?v=old").headers["Cache-Control"]
    )
    assert client_a.get("/forms/1-9.js").status_code == 404


def test_no_page_has_inline_script_or_style_and_each_carries_the_policy_that_forbids_them(
    client_a: Client,
) -> None:
    draft = started(client_a, "05/QTT-TNCN", "2025")
    names = ("draft", "discard", "draft_print", "sign")
    addresses = ["/", "/file/", "/filings/", *(reverse(f"web:{name}", args=[draft.pk]) for name in names)]
    for address in addresses:
        assert page_of(client_a, address)[1].inline == [], address
        policy = client_a.get(address).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_every_box_of_the_fill_page_has_a_name_for_those_who_cannot_see_it(client_a: Client) -> None:
    draft = started(client_a)
    page, _ = page_of(client_a, reverse("web:draft", args=[draft.pk]))
    inputs = re.findall(r"<(?:input|select)[^>]*data-kind=[^>]*>", page)
    assert len(inputs) > 25
    for each in inputs:
        assert re.search(r'aria-label="[^"]{3,}"', each), each
        described = re.search(r'aria-describedby="([^"]+)"', each)
        assert described is not None
        assert all(f'id="{each}"' in page for each in described[1].split())


def test_a_form_posted_without_its_token_gets_a_page_that_says_what_to_do(company_a: Pair) -> None:
    client = browser(company_a[0], enforce_csrf_checks=True)
    reply = client.post(reverse("web:start"), {"form_code": "01/GTGT", "period": "05/2026"})
    assert reply.status_code == 403
    assert "Phiên làm việc của trang đã hết hạn" in reply.content.decode()
    assert not Draft.objects.exists()


def test_what_is_not_there_and_what_fails_look_like_the_other_pages(
    client_a: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = client_a.get("/khong-co/")
    assert (missing.status_code, "Không tìm thấy trang này" in missing.content.decode()) == (404, True)
    client_a.raise_request_exception = False

    def fails(*_: object) -> None:
        raise RuntimeError("bí mật")

    monkeypatch.setattr("khaithue.portal.web.views.dashboard.tasks", fails)
    failed = client_a.get("/")
    assert failed.status_code == 500
    assert "Hệ thống gặp lỗi" in failed.content.decode()
    assert "bí mật" not in failed.content.decode()


def test_a_user_of_two_taxpayers_chooses_one_and_never_another_s(
    client_a: Client, company_a: Pair, company_b: Pair
) -> None:
    stranger = Taxpayer.objects.create(mst="0100109106", name="KẺ KHÁC", office_code="1", office_name="X")
    company_b[1].memberships.create(user=company_a[0])
    client_a.post(reverse("web:choose_taxpayer"), {"taxpayer": company_b[1].pk})
    assert "<strong>CÔNG TY TNHH MẪU B</strong>" in page_of(client_a, "/")[0]
    assert client_a.post(reverse("web:choose_taxpayer"), {"taxpayer": stranger.pk}).status_code == 404


def test_a_user_without_any_taxpayer_is_told_so(db: None) -> None:
    client = browser(User.objects.create_user("x", email="x@example.vn", password=PASSWORD))
    assert client.get("/").status_code == 403


def test_the_inbox_is_there_in_the_demo_only(client_a: Client, settings: Settings) -> None:
    assert not settings.DEMO
    assert client_a.get("/demo/inbox/").status_code == 404


def test_a_table_of_the_main_part_is_filled_inside_the_form(client_a: Client) -> None:
    registered(Taxpayer.objects.get(mst="0319900012"), "DS_CTIET_TNCN", "occurrence")
    draft = started(client_a, "DS_CTIET_TNCN", "20/06/2026")
    address = reverse("web:draft", args=[draft.pk])

    def press(do: str, **typed: str) -> str:
        _, boxes = page_of(client_a, address)
        assert client_a.post(address, {**posted(boxes, do), **typed}).status_code == 302
        return page_of(client_a, address)[0]

    page = press("add-row:people")
    start = page.index('id="main-part"')
    main = page[start : page.index("</section>", start)]
    assert main.index('id="t-people"') < main.index("Kế toán trưởng")
    assert "add-appendix:CTieuTKhaiChinh" not in page
    page = press("save", **{"people[1][3]": "Trần Thị Bình", "people[1][5]": "3.200.000"})
    assert box(page, "tong_da_nop") == "3.200.000"
    assert "Trần Thị Bình" in page
