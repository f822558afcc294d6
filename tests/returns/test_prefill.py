"""What a new return starts with."""

from decimal import Decimal

from khaithue.returns.compute import compute
from khaithue.returns.prefill import prefill
from tests.returns.toy_return import toy


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
