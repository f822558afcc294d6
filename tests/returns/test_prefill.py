"""What a new return starts with."""

from decimal import Decimal

from khaithue.obligations.period import Period
from khaithue.returns.compute import compute
from khaithue.returns.load import load
from khaithue.returns.model import Return, Value
from khaithue.returns.prefill import prefill
from tests.returns.toy_return import HEADER, TEXT, toy


def test_the_credit_left_is_carried_over_from_the_preceding_period() -> None:
    before = compute(toy({"22": 500, "23": 1000, "24": Decimal(10)}, period="2026-04"))
    assert before.values["43"] == 400
    assert prefill(toy(), before).values["22"] == 400


def test_a_figure_already_given_is_kept_even_when_it_is_zero() -> None:
    before = compute(toy({"22": 500}, period="2026-04"))
    assert prefill(toy({"22": 0}), before).values["22"] == 0


def test_without_a_preceding_return_a_carried_box_stays_blank() -> None:
    assert prefill(toy()).values == {"hoat_dong": "00"}


def test_a_default_does_not_replace_what_is_given() -> None:
    assert prefill(toy({"hoat_dong": "01"})).values == {"hoat_dong": "01"}


NAMED = """[appendices.PL01_KHBS.fields]
5 = { label = "Tên", kind = "text", xml = "so", prefill = "form[04]" }
"""
RENAMED = TEXT.replace("PL_A", "PL01_KHBS").replace("\ntong\n", "\ntong\nso\n")
SUPPLEMENTED = load(RENAMED.replace("[appendices.PL01_KHBS.fields]\n", NAMED), "toy.toml")


def begun(kind: str, totals: dict[str, dict[str, Value]]) -> dict[str, dict[str, Value]]:
    ret = Return(SUPPLEMENTED, Period.parse("2026-05"), {**HEADER, "loaiTKhai": kind}, {}, totals)
    return {name: dict(boxes) for name, boxes in prefill(ret).totals.items()}


def test_a_supplement_is_begun_with_the_appendices_of_a_supplement_and_a_first_return_is_not() -> None:
    assert begun("B", {}) == {"PL01_KHBS": {"5": "CÔNG TY A"}}
    assert begun("C", {}) == {}


def test_an_appendix_that_is_part_of_the_return_is_prefilled() -> None:
    assert begun("C", {"PL01_KHBS": {}}) == {"PL01_KHBS": {"5": "CÔNG TY A"}}
