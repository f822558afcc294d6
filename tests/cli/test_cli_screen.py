import io

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
