"""Returns made up from the boxes of a form, for property tests."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from khaithue.obligations.period import Period, PeriodKind
from khaithue.returns.form import Appendix, Field, Form, Kind, Table
from khaithue.returns.model import Return, Row, Value
from khaithue.returns.taxid import check_digit

AMOUNTS = st.one_of(
    st.integers(-(10**12), 10**12), st.sampled_from([0, 1, -1, 5, 10**7, 60_000_000, 120_000_001, 10**15])
)
DECIMALS = st.builds(
    lambda whole, places: Decimal(f"{whole}E-{places}"), st.integers(-(10**8), 10**8), st.integers(0, 4)
)
WORDS = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyAÁẬ <&>'\"0123456789", min_size=1, max_size=12).filter(
    lambda text: text.strip() == text
)
DAYS = st.dates(date(1950, 1, 1), date(2030, 12, 31)).map(date.isoformat)
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2030, 12, 31)).map(
    lambda moment: f"{moment.isoformat(timespec='seconds')}+07:00"
)
MONTHS = st.dates(date(2015, 1, 1), date(2030, 12, 31)).map(lambda day: day.isoformat()[:7])


@st.composite
def tax_ids(draw: st.DrawFn) -> str:
    """Tax codes whose check digit is right, and personal numbers."""
    if draw(st.booleans()):
        return f"{draw(st.integers(0, 10**12 - 1)):012}"
    head = f"{draw(st.integers(1, 99)):02}{draw(st.integers(1, 9_999_999)):07}"
    digit = check_digit(head)
    if len(digit) > 1:
        return "0100109106"
    unit = f"{draw(st.integers(1, 999)):03}" if draw(st.booleans()) else ""
    return head + digit + unit


def values_of(field: Field) -> SearchStrategy[Value]:
    """Values a box may hold, blank never."""
    if field.choices:
        return st.sampled_from(sorted(field.choices)).map(lambda word: _typed(field.kind, word))
    least = field.min
    match field.kind:
        case Kind.MONEY:
            return AMOUNTS if least is None else AMOUNTS.map(lambda amount: max(abs(amount), least))
        case Kind.COUNT:
            return st.integers(least or 0, 400)
        case Kind.NUMBER:
            return (
                DECIMALS if least is None else DECIMALS.map(lambda amount: max(abs(amount), Decimal(least)))
            )
        case Kind.FLAG:
            return st.booleans()
        case Kind.TAX_ID:
            return tax_ids()
        case Kind.ID_PAPER:
            return st.from_regex(r"[0-9]{9}|[0-9]{12}|[A-Z][0-9]{7}", fullmatch=True)
        case Kind.DATE:
            return DAYS
        case Kind.MONTH:
            return MONTHS
        case Kind.MOMENT:
            return MOMENTS
    return WORDS


@st.composite
def returns_of(draw: st.DrawFn, form: Form, max_rows: int = 4) -> Return:
    """Returns of a form: any typed boxes filled, any appendices present, other computed boxes blank."""
    period = draw(periods_of(form))
    header = {"mst": draw(tax_ids()), "tenNNT": draw(WORDS)}
    header |= {
        field.header: draw(DAYS if field.kind is Kind.DATE else WORDS)
        for field in form.fields.values()
        if field.header and field.required
    }
    totals: dict[str, Mapping[str, Value]] = {}
    tables: dict[str, tuple[Row, ...]] = {}
    for name, part in form.appendices.items():
        if draw(st.booleans()):
            if not part.is_main:
                totals[name] = draw(_boxes(part.fields))
            tables |= {
                table.name: draw(_rows(part, table, max_rows))
                for table in part.tables.values()
                if not table.parent
            }
    return Return(form, period, header, draw(_boxes(form.fields)), totals, tables)


@st.composite
def periods_of(draw: st.DrawFn, form: Form) -> Period:
    """Periods a form may be filed for."""
    last = min(form.valid_to or date(2027, 12, 31), date(2027, 12, 31))
    day = draw(st.dates(form.valid_from, max(last, form.valid_from)))
    match PeriodKind(draw(st.sampled_from(form.periods))):
        case PeriodKind.RANGE:
            return Period(PeriodKind.RANGE, day, day)
        case kind:
            found = Period.around(kind, day)
    return found if found.start >= form.valid_from else Period(found.kind, form.valid_from, found.end)


def _typed(kind: Kind, word: str) -> Value:
    return int(word) if kind in (Kind.MONEY, Kind.COUNT) else Decimal(word) if kind is Kind.NUMBER else word


@st.composite
def _boxes(draw: st.DrawFn, fields: Mapping[str, Field]) -> dict[str, Value]:
    open_boxes = [field for field in fields.values() if field.is_typed and not field.header]
    filled = draw(st.integers(0, 2 ** len(open_boxes) - 1))
    required = {field.code for field in open_boxes if field.required}
    return {
        field.code: draw(values_of(field))
        for index, field in enumerate(open_boxes)
        if field.code in required or filled >> index & 1
    }


@st.composite
def _rows(draw: st.DrawFn, part: Appendix, table: Table, max_rows: int) -> tuple[Row, ...]:
    children = [each for each in part.tables.values() if each.parent == table.name]
    return tuple(
        Row(draw(_boxes(table.columns)), {each.name: draw(_rows(part, each, max_rows)) for each in children})
        for _ in range(draw(st.integers(0, max_rows)))
    )
