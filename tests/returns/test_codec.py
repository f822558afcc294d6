"""A return as JSON and back, and everything that can be wrong with JSON."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khaithue.returns.codec import decode, decode_page, encode, encode_for_page
from khaithue.returns.compute import compute
from khaithue.returns.form import Form
from khaithue.returns.model import Return, Row
from tests.returns.generate import returns_of
from tests.returns.toy_return import FORM, found, person, toy

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
DATA = encode(toy({"23": 10**18}, tables={"people": (person({"3": 5}, 1),)}))


def find(code: str, basis: str, version: str) -> Form | None:
    return FORM if (code, basis, version) == (FORM.code, FORM.basis, FORM.version) else None


def read(data: object) -> tuple[Return | None, list[tuple[str, str, int | None]]]:
    ret, findings = decode(data, find)
    return ret, found(findings)


@MANY
@given(ret=returns_of(FORM))
def test_a_return_written_and_read_is_the_same(ret: Return) -> None:
    assert decode(json.loads(json.dumps(encode(ret))), find) == (_spelt(ret), [])
    assert decode_page(json.loads(json.dumps(encode_for_page(ret))), FORM, ret.period) == (_spelt(ret), [])


@MANY
@given(ret=returns_of(FORM))
def test_a_computed_return_is_written_and_read_without_its_blanks(ret: Return) -> None:
    computed = compute(ret)
    read_back, findings = decode(json.loads(json.dumps(encode(computed))), find)
    assert read_back is not None
    assert findings == []
    assert compute(read_back) == compute(_spelt(computed))


def _spelt(ret: Return) -> Return:
    """The same return, every row with a mapping of its children, and no blanks."""
    return Return(
        ret.form,
        ret.period,
        ret.header,
        _filled(ret.values),
        {k: _filled(v) for k, v in ret.totals.items()},
        {k: tuple(map(_row, v)) for k, v in ret.tables.items()},
    )


def _filled(values: Any) -> dict[str, Any]:
    return {code: value for code, value in values.items() if value is not None}


def _row(row: Row) -> Row:
    return Row(_filled(row.values), {name: tuple(map(_row, kids)) for name, kids in row.children.items()})


def test_amounts_are_whole_numbers_of_any_size_in_json() -> None:
    assert DATA["values"] == {"23": 10**18}
    assert encode_for_page(toy({"23": 10**18, "24": Decimal("0.50")}))["values"] == {
        "23": "1" + 18 * "0",
        "24": "0.5",
    }


@pytest.mark.error(each="finding")
@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"values": {"23": 1.0}}, ("RET-TYPE", "23", None)),
        ({"values": {"23": "1.000"}}, ("RET-TYPE", "23", None)),
        ({"values": {"23": "1" * 31}}, ("RET-TYPE", "23", None)),
        ({"values": {"23": 10**30}}, ("RET-TYPE", "23", None)),
        ({"values": {"23": True}}, ("RET-TYPE", "23", None)),
        ({"values": {"24": "1e5"}}, ("RET-TYPE", "24", None)),
        ({"values": {"21": "x"}}, ("RET-TYPE", "21", None)),
        ({"values": {"ngay": ["2026"]}}, ("RET-TYPE", "ngay", None)),
        ({"values": {"99": 1}}, ("RET-BOX", "99", None)),
        ({"values": 5}, ("RET-SHAPE", "", None)),
        ({"totals": {"PL_B": {}}}, ("RET-TABLE", "", None)),
        ({"tables": {"kids": []}}, ("RET-TABLE", "", None)),
        ({"tables": {"people": {}}}, ("RET-SHAPE", "", None)),
        ({"tables": {"people": [{}, {"values": {"3": "x"}}]}}, ("RET-TYPE", "people[3]", 2)),
        ({"tables": {"people": [{"children": {"cats": []}}]}}, ("RET-TABLE", "", None)),
        ({"header": {"mst": 5}}, ("RET-SHAPE", "", None)),
    ],
)
def test_what_cannot_be_read_is_a_finding_and_the_rest_is_read(
    change: Any, finding: tuple[str, str, Any]
) -> None:
    ret, findings = read({**DATA, **change})
    assert findings == [finding]
    assert ret is not None


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"form": {"code": "01/TOY", "basis": FORM.basis, "version": "9"}}, "RET-FORM"),
        ({"form": None}, "RET-SHAPE"),
        ({"form": {"code": 1, "basis": "", "version": ""}}, "RET-SHAPE"),
        ({"period": "May"}, "RET-PERIOD"),
        ({"period": "2026-13"}, "RET-PERIOD"),
        ({"period": 2026}, "RET-SHAPE"),
    ],
)
def test_without_form_or_period_there_is_no_return(change: Any, code: str) -> None:
    ret, findings = read({**DATA, **change})
    assert ret is None
    assert code in [each[0] for each in findings]


@pytest.mark.near_miss("RET-FORM", "RET-PERIOD", "RET-SHAPE", "RET-TABLE")
@pytest.mark.parametrize(
    "change", [{"values": {"23": "10", "24": 5}}, {"values": {"24": "-0.50", "22": None, "ngay": ""}}]
)
def test_numbers_as_texts_and_blanks_are_read(change: Any) -> None:
    assert read({**DATA, **change})[1] == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["23", "people", "values", "x"]), inner)
    ),
    max_leaves=8,
)


@MANY
@given(junk=JSON, key=st.sampled_from(["form", "period", "header", "values", "totals", "tables"]))
def test_no_json_raises(junk: Any, key: str) -> None:
    decode(junk, find)
    decode({**DATA, key: junk}, find)
    decode({**DATA, "tables": {"people": junk}}, find)
