"""Tax codes, and the examples that stand in the modules' own texts."""

import doctest
from types import ModuleType

import pytest

from khaithue.formula import parse, runtime
from khaithue.returns import kinds, lines, taxid


@pytest.mark.parametrize("module", [taxid, kinds, lines, runtime, parse])
def test_the_examples_in_the_texts_hold(module: ModuleType) -> None:
    tried = doctest.testmod(module, extraglobs={"Decimal": __import__("decimal").Decimal})
    assert (tried.failed, tried.attempted > 0) == (0, True)


@pytest.mark.parametrize(
    "number",
    ["0100109106", "0100231226", "0101243150", "0300588569", "0102182292", "0106026495", "0319900012"],
)
def test_registered_numbers_are_valid(number: str) -> None:
    assert taxid.validate(number) == number


@pytest.mark.parametrize("number", ["0100109106", "0300588569"])
def test_no_other_last_digit_is_valid(number: str) -> None:
    assert [digit for digit in "0123456789" if taxid.is_valid(number[:9] + digit)] == [number[9]]


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("2901234567", taxid.InvalidChecksum),
        ("0000000000", taxid.InvalidFormat),
        ("0100109106000", taxid.InvalidFormat),
        ("٠١٠٠١٠٩١٠٦", taxid.InvalidFormat),
        ("01001091060", taxid.InvalidLength),
        ("", taxid.InvalidLength),
    ],
)
def test_what_is_no_tax_code_says_why(number: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        taxid.validate(number)
    assert not taxid.is_valid(number)


def test_an_order_number_whose_sum_leaves_no_digit_is_never_issued() -> None:
    head = next(
        f"{number:09}"
        for number in range(100_000_000, 200_000_000)
        if taxid.check_digit(f"{number:09}") == "10"
    )
    assert not any(taxid.is_valid(head + digit) for digit in "0123456789")
