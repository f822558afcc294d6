"""The forms' formulas and calculators written separately from the law give the same figures."""

from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for
from khaithue.returns.compute import compute
from khaithue.returns.model import Return, Row, Value
from tests.law.law_cases import HEADER
from tests.law.oracle_gtgt import tax_cut, vat
from tests.law.oracle_qtt import Person, organisation, settle, yearly_tax

TYPED_VAT = (
    "22",
    "23",
    "24",
    "25",
    "26",
    "29",
    "30",
    "31",
    "32",
    "33",
    "32a",
    "37",
    "38",
    "39a",
    "40b",
    "42",
)
AMOUNTS = st.one_of(st.none(), st.just(0), st.integers(-(10**13), 10**13))
VAT_BOXES = st.dictionaries(st.sampled_from(TYPED_VAT), AMOUNTS)
MONEY = st.integers(0, 3 * 10**9)
PERSON = st.builds(
    Person, st.booleans(), MONEY, st.integers(0, 10**8), st.integers(0, 3 * 10**8), st.integers(0, 10**9)
)
PEOPLE = st.lists(PERSON, min_size=1, max_size=6)


def _return(code: str, period: str, values: dict[str, Value], **tables: tuple[Row, ...]) -> Return:
    parsed = Period.parse(period)
    form = find_for(code, parsed, parsed.end)
    assert form is not None
    return Return(form, parsed, HEADER, values, {}, tables)


@settings(max_examples=300, deadline=None)
@given(VAT_BOXES)
@example({})
@example({"22": 5, "25": 5})
def test_vat_payable_is_output_tax_less_input_tax_and_credit(boxes: dict[str, int | None]) -> None:
    done = compute(_return("01/GTGT", "2026-05", dict(boxes))).values
    wanted = vat(boxes)
    found = [done.get(code) or 0 for code in ("27", "28", "34", "36", "40a", "40", "41", "43")]
    assert found == [
        wanted.taxable_sales,
        wanted.output_tax,
        wanted.all_sales,
        wanted.tax_of_period,
        wanted.payable_by_business,
        wanted.payable,
        wanted.not_deducted,
        wanted.carried_forward,
    ]


@given(VAT_BOXES)
def test_never_both_tax_to_pay_and_tax_to_carry_forward(boxes: dict[str, int | None]) -> None:
    done = compute(_return("01/GTGT", "2026-05", dict(boxes))).values
    assert not ((done.get("40a") or 0) and (done.get("41") or 0))


@given(
    st.lists(
        st.tuples(st.integers(-(10**12), 10**12), st.sampled_from([(10, 8), (10, 10), (5, 3)])), min_size=1
    )
)
def test_the_cut_of_the_reduction_is_value_times_points_rounded_row_by_row(
    sales: list[tuple[int, tuple[int, int]]],
) -> None:
    rows = tuple(Row({"3": value, "4": Decimal(high), "5": Decimal(low)}) for value, (high, low) in sales)
    done = compute(_return("01/GTGT", "2026-05", {}, nq142_sales=rows))
    cuts = [tax_cut(value, *rates) for value, rates in sales]
    assert [row.values["6"] for row in done.tables["nq142_sales"]] == cuts
    assert done.totals["PL_NQ142_GTGT"]["8"] == sum(cuts)


def _row(person: Person) -> Row:
    parts = divmod(person.exempt, 3), divmod(person.deductions, 4)
    (third, rest), (quarter, left) = parts
    exempt = {"14": third, "15": third, "15.1": third + rest}
    deducted = {"17": quarter + left, "18": quarter, "19": quarter, "20": quarter}
    return Row({"10": person.authorises, "12": person.income, "22": person.withheld, **exempt, **deducted})


@settings(max_examples=200, deadline=None)
@given(PEOPLE, st.sampled_from([2024, 2025, 2026, 2027]))
def test_each_persons_finalisation_and_the_payers_balance_follow_the_law(
    people: list[Person], year: int
) -> None:
    done = compute(_return("05/QTT-TNCN", str(year), {}, people=tuple(map(_row, people))))
    for row, person in zip(done.tables["people"], people, strict=True):
        wanted = settle(person, year)
        assert [row.values[code] for code in ("21", "24", "25", "26", "27")] == [
            wanted.taxable,
            wanted.due,
            wanted.overpaid,
            wanted.remaining,
            wanted.is_exempt,
        ]
    owed, overpaid = organisation(people, year)
    assert (done.values["40"] or 0, done.values["41"] or 0) == (owed, overpaid)


def test_the_oracles_table_agrees_with_the_published_short_formulas() -> None:
    # In million: 2025 15 % x 173.2 - 9; 2026 10 % x 215.2 - 6; 2026 35 % x 2,000 - 174
    assert yearly_tax(173_200_000, 2025) == 16_980_000
    assert yearly_tax(215_200_000, 2026) == 15_520_000
    assert yearly_tax(2_000_000_000, 2026) == 526_000_000
