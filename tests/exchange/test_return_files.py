"""A return file is known by its extension, read strictly, and written whole or not at all."""

from pathlib import Path

import pytest

from khaithue.exchange import files
from khaithue.exchange.returns_xml import read
from khaithue.returns.model import Return
from tests.exchange.forms_from_samples import sample

RET = read(sample("842")).return_


def ret() -> Return:
    assert RET is not None
    return RET


@pytest.mark.near_miss("FILE-EXTENSION", "FILE-UNREADABLE")
@pytest.mark.parametrize("name", ["a.xml", "a.json", "Tờ khai.XML"])
def test_what_is_saved_is_loaded(name: str, tmp_path: Path) -> None:
    files.save(ret(), tmp_path / name)
    result = files.load(tmp_path / name)
    assert result.findings == ()
    assert result.return_ is not None
    assert (result.return_.values["43"], result.return_.period) == (1_807_607_833, ret().period)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_json_keeps_every_figure_and_blank() -> None:
    again = files.loads(files.dumps(ret(), "a.json"), "a.json").return_
    assert again is not None
    assert files.dumps(again, "a.xml") == sample("842")


def test_an_older_file_stays_when_the_new_one_cannot_be_written(tmp_path: Path) -> None:
    place = tmp_path / "a.xml"
    place.write_bytes(b"old")
    spoilt = Return(ret().form, ret().period, {**ret().header, "tenNNT": "\x00"}, ret().values)
    with pytest.raises(ValueError, match="XML"):
        files.save(spoilt, place)
    assert place.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.error("FILE-EXTENSION")
@pytest.mark.parametrize("name", ["a.pdf", "a", "a.xml.exe"])
def test_another_extension_is_refused(name: str) -> None:
    assert [found.code for found in files.loads(sample("842"), name).findings] == ["FILE-EXTENSION"]
    with pytest.raises(ValueError, match=r"\.xml or \.json"):
        files.dumps(ret(), name)


@pytest.mark.error("FILE-UNREADABLE")
def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    assert [found.code for found in files.load(tmp_path / "a.xml").findings] == ["FILE-UNREADABLE"]


WRONG_JSON = {
    "duplicate key": (b'{"values": {"22": 1, "23": 2, "22": 3}}', "JSON-DUPLICATE"),
    "fraction": (b'{"values": {"22": 1.5}}', "JSON-NUMBER"),
    "exponent": (b'{"values": {"22": 1e3}}', "JSON-NUMBER"),
    "NaN": (b'{"values": {"22": NaN}}', "JSON-NUMBER"),
    "infinity": (b'{"values": {"22": -Infinity}}', "JSON-NUMBER"),
    "a million digits": (b'{"values": {"22": ' + b"9" * 1_000_000 + b"}}", "JSON-NUMBER"),
    "31 digits": (b'{"values": {"22": ' + b"9" * 31 + b"}}", "JSON-NUMBER"),
    "cut": (b'{"values": {"22": 1', "JSON-MALFORMED"),
    "comment": (b'{"values": 1} // a', "JSON-MALFORMED"),
    "empty": (b"", "JSON-MALFORMED"),
    "BOM": (b"\xef\xbb\xbf{}", "JSON-NOT-UTF8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "JSON-NOT-UTF8"),
    "deep": (b"[" * 200_000, "JSON-TOO-DEEP"),
    "list": (b"[1, 2]", "JSON-NOT-AN-OBJECT"),
}


@pytest.mark.error(each="code")
@pytest.mark.parametrize(("data", "code"), WRONG_JSON.values(), ids=WRONG_JSON)
def test_each_wrong_json_has_its_own_code(data: bytes, code: str) -> None:
    result = files.loads(data, "a.json")
    assert [found.code for found in result.findings] == [code]
    assert result.return_ is None


@pytest.mark.near_miss(
    "JSON-DUPLICATE", "JSON-MALFORMED", "JSON-NOT-AN-OBJECT", "JSON-NOT-UTF8", "JSON-NUMBER", "JSON-TOO-DEEP"
)
@pytest.mark.parametrize(
    "data", [b'{"a": 1, "b": {"a": 2}}', b'{"a": ' + b"9" * 30 + b"}", b'{"a": "1.5"}', b'{"a": -0}']
)
def test_right_json_near_the_wrong_one_is_parsed(data: bytes) -> None:
    assert isinstance(files.parse_json(data), dict)


@pytest.mark.error("JSON-TOO-BIG")
@pytest.mark.near_miss("JSON-TOO-BIG")
def test_json_beyond_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = files.dumps(ret(), "a.json")
    (tmp_path / "a.json").write_bytes(data)
    monkeypatch.setattr(files, "MAX_BYTES", len(data))
    assert files.load(tmp_path / "a.json").findings == ()
    monkeypatch.setattr(files, "MAX_BYTES", len(data) - 1)
    assert [found.code for found in files.load(tmp_path / "a.json").findings] == ["JSON-TOO-BIG"]
