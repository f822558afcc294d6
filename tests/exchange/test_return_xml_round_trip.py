"""What is written is read again, and what was read is written again, to the byte."""

from dataclasses import replace

import pytest
from hypothesis import given
from lxml import etree

from khaithue.exchange.returns_xml import read, write
from khaithue.obligations.period import Period
from khaithue.returns.findings import has_errors
from khaithue.returns.form import Field
from khaithue.returns.model import Return, Row, Value
from tests.exchange.forms_from_samples import NAMES, form_of, sample
from tests.exchange.toy_form import APPENDIX, BLANKS, FORM, MAIN, returns


@pytest.mark.parametrize("name", NAMES)
def test_a_real_file_of_the_desktop_program_is_written_back_to_the_byte(name: str) -> None:
    data = sample(name)
    result = read(data, [form_of(data)])
    assert result.findings == ()
    assert result.return_ is not None
    assert write(result.return_) == data


@pytest.mark.parametrize("name", NAMES)
def test_a_real_file_reads_to_its_figures(name: str) -> None:
    data = sample(name)
    ret = read(data, [form_of(data)]).return_
    assert ret is not None
    leaves = [element.text for element in etree.fromstring(data).iter() if not len(element)]
    texts = [text for text in leaves if text]
    parts: list[object] = [*ret.header.values(), *ret.values.values()]
    parts += [value for totals in ret.totals.values() for value in totals.values()]
    parts += [value for rows in ret.tables.values() for row in rows for value in row.values.values()]
    assert sorted(texts) == sorted(str(part) for part in parts if part is not None)


def test_the_first_sample_says_what_its_paper_says() -> None:
    data = sample("842")
    ret = read(data, [form_of(data)]).return_
    assert ret is not None
    assert ret.period == Period.month(2026, 5)
    assert (ret.values["ct36"], ret.values["ct43"]) == (-216_707_047, 1_807_607_833)
    assert ret.values["ct09"] is None
    assert ret.header["tenCQTNoiNop"] == "Thuế cơ sở 12 Thành phố Hồ Chí Minh"


def _spelt(values: dict[str, Value], boxes: dict[str, Field]) -> dict[str, Value]:
    """The values as XML can tell them: it has no blank amount or flag, only 0."""
    return {
        code: BLANKS.get(box.kind) if values[code] is None else values[code] for code, box in boxes.items()
    }


def _spelt_main(values: dict[str, Value]) -> dict[str, Value]:
    spelt = _spelt(values, MAIN)
    left_out = {"29": values["29"] is None, "26": (values["26"], values["27"]) == (None, None)}
    left_out["27"] = left_out["26"]
    return {code: value for code, value in spelt.items() if not left_out.get(code)}


def _spelt_rows(rows: tuple[Row, ...], table: str) -> list[Row]:
    columns = dict(APPENDIX.tables[table].columns)
    return [Row(_spelt(dict(row.values), columns), _spelt_children(row)) for row in rows]


def _spelt_children(row: Row) -> dict[str, tuple[Row, ...]]:
    return {name: tuple(_spelt_rows(below, name)) for name, below in row.children.items()}


@given(returns())
def test_every_return_reads_back_with_its_figures(ret: Return) -> None:
    result = read(write(ret), [FORM])
    assert not has_errors(result.findings)
    again = result.return_
    assert again is not None
    assert again.period == ret.period
    assert {name: again.header[name] for name in ret.header} == ret.header
    assert again.values == _spelt_main(dict(ret.values))
    assert {name: list(rows) for name, rows in again.tables.items()} == {
        name: _spelt_rows(rows, name) for name, rows in ret.tables.items()
    }
    assert again.totals == {
        "PL1": _spelt(dict(ret.totals["PL1"]), dict(APPENDIX.fields)),
        "PL2": dict(ret.totals["PL2"]),
    }


@given(returns())
def test_writing_what_was_read_gives_the_same_bytes(ret: Return) -> None:
    data = write(ret)
    again = read(data, [FORM]).return_
    assert again is not None
    assert write(again) == data


def _toy(**values: Value) -> Return:
    return Return(FORM, Period.month(2026, 5), {"mst": "0319900012"}, {"22": 5, **values})


def test_an_appendix_that_is_no_part_of_the_return_is_left_out_and_the_holder_with_it() -> None:
    assert b"PLuc" not in write(replace(_toy(), tables={"people": ()}))
    assert b"<PLuc_1>" in write(replace(_toy(), totals={"PL1": {"13": None}}))
    assert b"<PLuc_1>" in write(replace(_toy(), tables={"people": (Row({}),)}))


def test_a_blank_amount_is_written_zero_and_a_blank_text_as_an_empty_element() -> None:
    text = write(_toy()).decode()
    assert "<ct22>5</ct22>" in text
    assert "<ct23>0</ct23>" in text
    assert "<ct28 />" in text


def test_an_optional_element_is_written_only_when_it_holds_something() -> None:
    assert b"Khac" not in write(_toy())
    assert b"<Khac>\n        <ct26>a</ct26>\n        <ct27 />" in write(_toy(**{"26": "a"}))
    assert b"<ct29>0</ct29>" in write(_toy(**{"29": 0}))


def test_the_agent_is_written_only_when_there_is_one() -> None:
    assert b"DLyThue" not in write(_toy())
    agent = replace(_toy(), header={"tenDLyThue": "ĐẠI LÝ A"})
    assert "<tenDLyThue>ĐẠI LÝ A</tenDLyThue>" in write(agent).decode()


def test_text_is_escaped_exactly() -> None:
    text = "A & B <C> \"d\" 'e' ]]>"
    data = write(_toy(**{"26": text}))
    assert b"A &amp; B &lt;C&gt; \"d\" 'e' ]]&gt;" in data
    again = read(data, [FORM]).return_
    assert again is not None
    assert again.values["26"] == text


def test_a_return_moved_to_another_period_does_not_keep_the_old_days() -> None:
    data = sample("842")
    ret = read(data, [form_of(data)]).return_
    assert ret is not None
    moved = write(replace(ret, period=Period.quarter(2026, 2))).decode()
    assert "<kyKKhai>2/2026</kyKKhai>" in moved
    assert "<kyKKhaiTuNgay>01/04/2026</kyKKhaiTuNgay>" in moved
    assert "05/2026" not in moved


def test_figures_of_the_wrong_type_are_never_written() -> None:
    for value in (1.5, True, "5"):
        with pytest.raises(TypeError):
            write(_toy(**{"22": value}))  # type: ignore[arg-type]  # the wrong type is the point


def test_characters_xml_cannot_carry_are_never_written() -> None:
    for character in "\x00\x0b\x1f\ufffe\uffff\ud800":
        with pytest.raises(ValueError, match=r"XML|surrogates"):
            write(_toy(**{"26": f"a{character}b"}))
    for character in "\t\n\r\x7f\ufffd\U0001f600":
        again = read(write(_toy(**{"26": f"a{character}b"})), [FORM]).return_
        assert again is not None
        assert again.values["26"] == f"a{character}b"
