"""Whatever bytes come, reading gives findings, never an exception, and never a return that is partly read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khaithue.exchange.returns_xml import read
from khaithue.exchange.xml_reader import MAX_FINDINGS
from khaithue.returns.findings import has_errors
from tests.exchange.forms_from_samples import form_of, sample

DATA = sample("953")
FORM = form_of(DATA)
PIECES = [
    b"<",
    b">",
    b"</",
    b"/>",
    b"&",
    b"&#0;",
    b"&#x1F600;",
    b"<!DOCTYPE a>",
    b"<!--",
    b"\x00",
    b"\xff",
    b"<ct16>",
    b"</ct16>",
    b' id="ID_1"',
    b' xmlns=""',
    b"9" * 5000,
    "。１".encode(),
    b"<PLuc>",
    b"-",
    b"{0}",
    b"%s",
]


def check(data: bytes) -> None:
    result = read(data, [FORM])
    assert (result.return_ is None) == has_errors(result.findings)
    assert len(result.findings) <= MAX_FINDINGS + 3
    for found in result.findings:
        assert found.message.vi
        assert len(found.message.vi) < 500


@pytest.mark.parametrize("length", range(0, len(DATA) - 1, 97))
def test_a_file_cut_anywhere_is_refused_with_its_line(length: int) -> None:
    result = read(DATA[:length], [FORM])
    assert result.return_ is None
    (found,) = result.findings
    assert found.code in {"XML-EMPTY", "XML-MALFORMED", "XML-NOT-UTF8", "XML-DECLARATION"}
    assert length == 0 or found.line


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(DATA)), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=4)
        )
    )
)
def test_pieces_cut_out_and_put_in_never_raise(edits: list[tuple[int, int, bytes]]) -> None:
    data = DATA
    for at, length, piece in edits:
        data = data[:at] + piece + data[at + length :]
    check(data)


@settings(deadline=None, max_examples=100)
@given(st.permutations(DATA.split(b"\n")[1:-1]))
def test_lines_in_any_order_never_raise(lines: list[bytes]) -> None:
    check(b"\n".join(lines))


@settings(deadline=None, max_examples=100)
@given(st.integers(3, 120), st.integers(3, 120), st.integers(1, 10))
def test_lines_moved_doubled_or_lost_never_raise(start: int, to: int, length: int) -> None:
    lines = DATA.split(b"\n")
    block = lines[start : start + length]
    check(b"\n".join(lines[:to] + block + lines[to:]))
    check(b"\n".join(lines[:start] + lines[start + length :]))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_never_raise(data: bytes) -> None:
    check(data)
    check(b'<?xml version="1.0"?><HSoThueDTu xmlns="http://kekhaithue.gdt.gov.vn/TKhaiThue">' + data)
