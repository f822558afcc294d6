"""The formulas of the forms of circular 92/2015 and calculators written separately from the law agree."""

from hypothesis import given, settings
from hypothesis import strategies as st

from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for
from khaithue.returns.compute import compute
from khaithue.returns.model import Return, Row, Value
from khaithue.returns.prefill import prefill
from tests.law.law_cases import HEADER
from tests.law.oracle_qtt import yearly_tax

MONEY = st.integers(0, 3 * 10**9)
YEAR = st.sampled_from([2015, 2017, 2019, 2020])
AMOUNTS = st.tuples(MONEY, MONEY, st.integers(0, 10**8), MONEY)


def _done(code: str, period: str, values: dict[str, Value], **tables: tuple[Row, ...]) -> Return:
    parsed = Period.parse(period)
    form = find_for(code, parsed, parsed.end)
    assert form is not None
    return compute(Return(form, parsed, HEADER, values, {}, tables))


@settings(max_examples=150, deadline=None)
@given(MONEY, MONEY, st.integers(0, 3 * 10**8), MONEY, MONEY, YEAR)
def test_a_residents_balance_is_the_tax_of_the_year_less_what_was_paid_and_not_counted_before(
    at_home: int, abroad: int, deducted: int, paid: int, counted_before: int, year: int
) -> None:
    typed = {"23": at_home, "26": abroad, "29": deducted, "37": paid, "40": counted_before}
    done = compute(prefill(_done("02/QTT-TNCN", str(year), dict(typed)))).values
    tax = yearly_tax(max(0, at_home + abroad - deducted), year)
    balance = tax - (paid - counted_before)
    assert (done["35"], done["44"], done["45"]) == (tax, max(0, balance), max(0, -balance))
    assert done["49"] == done["45"]


@settings(max_examples=150, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=5), YEAR)
def test_the_payer_settles_the_sum_of_the_people_who_authorised_it(
    people: list[tuple[int, int, int, int]], year: int
) -> None:
    rows = tuple(Row({"10": True, "11": a, "15": b, "21": c, "20": d}) for a, b, c, d in people)
    done = _done("05/QTT-TNCN", str(year), {}, people=rows)
    due = [max(0, yearly_tax(max(0, a - b), year) - c) for a, b, c, _ in people]
    balance = sum(due) - sum(withheld for *_, withheld in people)
    assert [row.values["22"] for row in done.tables["people"]] == due
    assert (done.values["45"], done.values["46"]) == (max(0, balance), max(0, -balance))
    assert done.values["37"] == sum(reduced for _, _, reduced, _ in people)
