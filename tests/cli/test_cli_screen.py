import io

import pytest

from khaithue.cli.answer import plain
from khaithue.cli.screen import Screen, clean, tally
from khaithue.cli.voice import VOICE, Voice
from khaithue.returns.findings import Finding, Level, Text

ERROR = Finding("A-1", Level.ERROR, Text("Sai.", "Wrong."), Text("Sửa.", "Mend."), "40a", 2, "Điều 4")
WARNING = Finding("A-2", Level.WARNING, Text("Lạ.", "Odd."), Text("", ""), "PL[9]", None, "", 7)


def shown(*findings: Finding) -> str:
    stream = io.StringIO()
    Screen(stream).findings(findings)
    return stream.getvalue()


def test_nothing_in_a_file_can_command_the_terminal() -> None:
    assert clean("A\x1b]0;x\x07\x9b31m\u202eB\u200f") == r"A\x1b]0;x\x07\x9b31m\u202eB\u200f"
    assert clean("Công ty TNHH Ả Rập\nĐường") == "Công ty TNHH Ả Rập\nĐường"
    assert "\x1b" not in shown(
        Finding("\x1b[31m", Level.INFO, Text("\x1b", ""), Text("\x1b", ""), "\x1b", law="\x1b")
    )


def test_a_finding_says_level_code_place_message_remedy_and_law() -> None:
    assert shown(ERROR) == (
        "LỖI  A-1 · chỉ tiêu [40a] · dòng 2\n  Sai.\n  Cách xử lý: Sửa.\n  Căn cứ: Điều 4\n"
    )


def test_the_gravest_come_first_and_are_counted() -> None:
    lines = shown(WARNING, ERROR, ERROR).splitlines()
    assert lines[0].startswith("LỖI  A-1")
    assert "CẢNH BÁO  A-2 · chỉ tiêu PL[9] · dòng thứ 7 của tệp" in lines
    assert lines[-1] == "2 lỗi, 1 cảnh báo"


def test_english_counts_in_the_singular_and_the_plural() -> None:
    token = VOICE.set(Voice("en"))
    assert tally([ERROR, WARNING, WARNING]) == "1 error, 2 warnings"
    VOICE.reset(token)


def test_rich_markup_in_a_file_is_only_text() -> None:
    stream = io.StringIO()
    Screen(stream).table(["[b]A"], [["[red]x[/red]"]])
    Screen(stream).facts([("[b]", "[link=http://x]y[/link]")])
    assert "[red]x[/red]" in stream.getvalue()
    assert "[link=http://x]y[/link]" in stream.getvalue()


def test_exact_numbers_reach_json_without_loss() -> None:
    from decimal import Decimal
    from fractions import Fraction

    assert plain(Decimal("0.10")) == "0.10"
    assert plain(Fraction(1, 10)) == "1/10"
    assert plain(Fraction(4)) == 4
    assert plain(10**20) == 10**20
    assert plain(None) is None
    assert plain(True) is True


def test_no_amount_is_broken_or_cut_on_a_narrow_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    stream, amount = io.StringIO(), "(999.999.999.999.999)"
    label = "Thuế giá trị gia tăng còn được khấu trừ kỳ trước chuyển sang"
    screen = Screen(stream)
    screen.table(["Ô", "Nội dung", "Giá trị"], [["[22]", label, amount]], right=[2])
    screen.facts([(label, amount)])
    assert stream.getvalue().count(amount) == 2
    assert max(len(line) for line in stream.getvalue().splitlines()) <= 40
    assert not screen.fits(["Ô", "A", "B"], [["1", amount, amount]], right=[1, 2])
    assert screen.fits(["Ô", "A"], [["1", amount]], right=[1])
