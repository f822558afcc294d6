"""What people type into boxes: read the same way by the server and by the page, and never guessed at."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from khaithue.portal import web
from khaithue.portal.web.typed import UnreadableError, typed_of, value_of
from khaithue.returns.form import Kind
from khaithue.returns.kinds import parse as parse_value

SCRIPT = Path(web.__file__).with_name("static") / "web" / "amounts.js"
KINDS = ["money", "count", "number", "date", "month", "text"]


@pytest.fixture(scope="module")
def browser() -> MiniRacer:
    engine = MiniRacer()
    engine.eval(SCRIPT.read_text(encoding="utf-8"))
    return engine


def on_the_page(browser: MiniRacer, kind: str, typed: str) -> object:
    asked = f"khaithue.amounts.parse({json.dumps(kind)}, {json.dumps(typed)})"
    return json.loads(
        str(browser.eval(f"JSON.stringify([{asked} === undefined ? 'unreadable' : [{asked}]])"))
    )[0]


def on_the_server(kind: str, typed: str) -> object:
    try:
        return [value_of(kind, typed)]
    except UnreadableError:
        return "unreadable"


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("money", "", None),
        ("money", "   ", None),
        ("money", "0", "0"),
        ("money", "1234567", "1234567"),
        ("money", "1.234.567", "1234567"),
        ("money", "1,234,567", "1234567"),
        ("money", "1 234 567", "1234567"),
        ("money", "-1.234", "-1234"),
        ("money", "(1.234)", "-1234"),
        ("money", "007", "7"),
        ("money", "-0", "0"),
        ("number", "1.234,50", "1234.5"),
        ("number", "10,5", "10.5"),
        ("number", "10.5", "10.5"),
        ("number", "-0,25", "-0.25"),
        ("date", "31/05/2026", "2026-05-31"),
        ("date", "1/5/2026", "2026-05-01"),
        ("date", "2026-05-31", "2026-05-31"),
        ("month", "05/2026", "2026-05"),
        ("month", "2026-05", "2026-05"),
        ("text", "  Bán hàng ", "Bán hàng"),
    ],
)
def test_a_text_is_read_as_people_mean_it(
    browser: MiniRacer, kind: str, typed: str, value: str | None
) -> None:
    assert on_the_server(kind, typed) == [value]
    assert on_the_page(browser, kind, typed) == [value]


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("money", "1.5"),
        ("money", "1.23.456"),
        ("money", "1,5"),
        ("money", "12a"),
        ("money", "1.234,567"),
        ("money", "--1"),
        ("money", "()"),
        ("money", "9" * 19),
        ("number", "1,2,3"),
        ("number", "1,"),
        ("date", "31/02/2026"),
        ("date", "hôm nay"),
        ("date", "20260531"),
        ("month", "13/2026"),
        ("month", "5-26"),
    ],
)
def test_a_text_that_could_mean_something_else_is_refused(browser: MiniRacer, kind: str, typed: str) -> None:
    assert on_the_server(kind, typed) == "unreadable"
    assert on_the_page(browser, kind, typed) == "unreadable"


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(KINDS), st.text("0123456789.,-()/ −a", max_size=16))
def test_server_and_page_read_every_text_alike(browser: MiniRacer, kind: str, typed: str) -> None:
    assert on_the_server(kind, typed) == on_the_page(browser, kind, typed)


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_an_amount_shown_in_a_box_is_read_back_as_itself(amount: int) -> None:
    assert parse_value(Kind.MONEY, value_of("money", typed_of("money", amount)) or "") == amount


@settings(max_examples=100, deadline=None)
@given(amount=st.integers(-(10**18) + 1, 10**18 - 1))
def test_the_page_shows_an_amount_as_the_server_does(browser: MiniRacer, amount: int) -> None:
    shown = browser.eval(f'khaithue.amounts.typed("money", "{amount}")')
    assert shown == typed_of("money", amount)


@pytest.mark.parametrize(
    ("kind", "typed", "code", "near_miss"),
    [
        ("money", "1.2345", "TYPED-AMOUNT", "1.234"),
        ("count", "2,5", "TYPED-AMOUNT", "2"),
        ("number", "2,5,1", "TYPED-NUMBER", "2,5"),
        ("date", "31/02/2026", "TYPED-DATE", "28/02/2026"),
        ("month", "13/2026", "TYPED-MONTH", "12/2026"),
    ],
)
def test_each_kind_of_box_names_what_it_cannot_read(kind: str, typed: str, code: str, near_miss: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        value_of(kind, typed)
    assert refused.value.code == code
    assert value_of(kind, near_miss) is not None
