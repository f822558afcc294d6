"""khaithue amend: a supplement from two files."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.cli_runs import VAT, khaithue

FORM = {"code": "01/GTGT", "basis": "TT80/2021/TT-BTC", "version": "2.8.3"}
HEADER = {"mst": "0100109106", "tenNNT": "CÔNG TY TNHH MẪU", "loaiTKhai": "C", "soLan": "0"}
SOLD, TAX = 100_000_000, 10_000_000
SALES = {"22": 0, "32": SOLD, "33": TAX, **dict.fromkeys(("27", "34"), SOLD)}
SALES |= dict.fromkeys(("28", "35", "36", "40a", "40"), TAX)
MORE = {"22": 0, "32": 150_000_000, "33": 15_000_000}
ON = ("--number", "1", "--on", "2026-11-22")


def file_of(folder: Path, name: str, values: dict[str, Any], **header: str) -> Path:
    document = {"form": FORM, "period": "2026-07", "header": {**HEADER, **header}, "values": values}
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return file_of(tmp_path, "old.json", SALES), file_of(tmp_path, "new.json", MORE)


def test_the_differences_taxes_and_interest_are_told(pair: tuple[Path, Path]) -> None:
    """[40] 10 → 15 million; due 20/8, 93 days to 21/11: 5,000,000 × 0.03 % × 93 = 139,500."""
    said = khaithue("amend", *pair, *ON, "--json")
    assert (said.code, said.codes) == (0, [])
    found = said.json
    assert (found["number"], found["due"], found["written"]) == (1, "2026-08-20", None)
    assert [(tax["section"], tax["subhead"], tax["change"]) for tax in found["taxes"]] == [
        ("payable", "1701", 5_000_000)
    ]
    assert (found["interest"]["days"], found["interest"]["amount"]) == (93, 139_500)
    by_box = {each["box"]: each for each in found["differences"]}
    assert (by_box["33"]["declared"], by_box["33"]["corrected"], by_box["33"]["change"]) == (
        10_000_000, 15_000_000, 5_000_000,
    )  # fmt: skip


def test_people_see_a_table_of_what_changed(pair: tuple[Path, Path]) -> None:
    said = khaithue("amend", *pair, *ON, "--lang", "en", COLUMNS="150")
    assert said.code == 0
    for part in ("[33]", "10.000.000", "15.000.000", "+5.000.000", "Late-payment interest", "139.500"):
        assert part in said.out
    assert "-5.000.000" in khaithue("amend", *reversed(pair), *ON, COLUMNS="150").out


@pytest.mark.near_miss("RET-DIFFERS")
def test_the_supplement_is_written_and_can_be_checked_and_amended_again(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "supplement.xml"
    said = khaithue("amend", *pair, *ON, "--reason", "Sót hoá đơn số 12", "-o", out, "--json")
    assert (said.code, said.json["written"]) == (0, str(out))
    checked = khaithue("check", out, "--json")
    assert not [code for code in checked.codes if code.startswith(("GTGT01-BS", "RET-DIFFERS"))]
    assert checked.json["values"]["PL01_KHBS[3b]"] == 139_500
    third = file_of(tmp_path, "third.json", {**MORE, "33": 16_000_000})
    again = khaithue("amend", out, third, "--number", "2", "--on", "2026-11-22", "--json")
    assert [tax["change"] for tax in again.json["taxes"]] == [1_000_000]
    assert khaithue("amend", *pair, *ON, "-o", out, "--json").codes == ["CLI-EXISTS"]
    assert khaithue("amend", *pair, *ON, "-o", out, "--force", "--json").code == 0


@pytest.mark.near_miss("CLI-PAID")
def test_what_was_paid_in_and_a_day_put_off_count(pair: tuple[Path, Path]) -> None:
    """15,000 to 30/8 on 5 million, then 83 days on 1 million: 24,900."""
    paid = khaithue("amend", *pair, *ON, "--paid", "2026-08-31=4000000", "--json")
    assert paid.json["interest"]["amount"] == 39_900
    late = khaithue("amend", *pair, *ON, "--due", "2026-11-20", "--json")
    assert late.json["interest"] == {
        "days": 1,
        "amount": 1_500,
        "laws": ["Điều 16 Luật Quản lý thuế 108/2025/QH15"],
    }


def test_nothing_changed_or_the_wrong_turn_is_an_error_and_writes_nothing(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    same = khaithue("amend", VAT, VAT, *ON, "-o", out, "--json")
    assert same.code == 1
    assert "SUPP-NOTHING" in same.codes
    turn = khaithue("amend", *pair, "--number", "2", "--on", "2026-11-22", "-o", out, "--json")
    assert (turn.code, turn.codes, turn.json["written"]) == (1, ["SUPP-NUMBER"], None)
    assert not out.exists()


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("paid", "code"),
    [
        ("2026-08-31", "CLI-PAID"),
        ("2026-08-31=", "CLI-PAID"),
        ("2026-08-31=-5", "CLI-PAID"),
        ("2026-08-31=1.5", "CLI-PAID"),
        ("=5", "CLI-DATE"),
    ],
)
def test_a_payment_that_cannot_be_read_is_refused(pair: tuple[Path, Path], paid: str, code: str) -> None:
    said = khaithue("amend", *pair, *ON, "--paid", paid, "--json")
    assert (said.code, said.codes) == (2, [code])


@pytest.mark.parametrize(
    ("refunded", "code"),
    [("2026-09-01=", "CLI-PAID"), ("2026-09-01=-5", "CLI-PAID"), ("2026-09=5", "CLI-DATE")],
)
def test_a_refund_that_cannot_be_read_is_refused(pair: tuple[Path, Path], refunded: str, code: str) -> None:
    said = khaithue("amend", *pair, *ON, "--refunded", refunded, "--json")
    assert (said.code, said.codes) == (2, [code])


def test_a_refund_that_was_too_large_goes_back_with_interest(tmp_path: Path) -> None:
    """Asked for 5 million, 3 are right; the Treasury paid on 1/9: 82 days to 21/11.

    2,000,000 × 0.03 % × 82 = 49,200; of 4 million paid, 1 goes back: 24,600.
    """
    credit = {**SALES, "24": 30_000_000, "23": 300_000_000, "25": 30_000_000}
    old = file_of(tmp_path, "old.json", {**credit, "42": 5_000_000})
    new = file_of(tmp_path, "new.json", {**credit, "42": 3_000_000})
    back = khaithue("amend", old, new, *ON, "--refunded", "2026-09-01", "--json").json["paid_back"]
    assert (back["amount"], back["interest"]["days"], back["interest"]["amount"]) == (2_000_000, 82, 49_200)
    part = khaithue("amend", old, new, *ON, "--refunded", "2026-09-01=4000000", "--json").json["paid_back"]
    assert (part["amount"], part["interest"]["amount"]) == (1_000_000, 24_600)
    assert khaithue("amend", old, new, *ON, "--json").json["paid_back"] is None
    shown = khaithue("amend", old, new, *ON, "--refunded", "2026-09-01", "--lang", "en").out
    assert "Refund to pay back" in shown
