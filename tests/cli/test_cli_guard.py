"""Whatever a command does, its user sees a coded finding and an exit code, never a traceback."""

import errno
import io
import json
import os
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from khaithue.cli.answer import Answer, refused
from khaithue.cli.guard import guarded
from khaithue.cli.program import Program, argument, command, option
from khaithue.cli.screen import Screen
from khaithue.returns.findings import Text, finding

NOTHING = Text("Không.", "Nothing.")


@command(
    argument("what", "Cái gì.", "What."),
    option("--colour", "Màu.", "Colour.", type=click.Choice(["red", "blue"])),
    option("--number", "Số.", "Number.", type=int),
    text=Text("Thử.", "Try."),
    answers="",
)
def attempt(what: str, colour: str | None, number: int | None) -> Answer:
    match what:
        case "bug":
            raise KeyError("secret-figure")
        case "drawing-bug":
            return Answer(show=_draw_wrongly)
        case "interrupt":
            raise KeyboardInterrupt
        case "refusal":
            raise refused("CLI-NOT-FOUND", path="a.xml")
        case "error":
            return Answer({"what": what}, (finding("CLI-NOT-FOUND", path="b.xml"),))
        case "warning":
            return Answer({"what": what}, (finding("CLI-SIGNATURE-DROPPED", path="b.xml"),))
        case "deep":
            return attempt.callback("deep", colour, number)  # type: ignore[misc, no-any-return] # endless on purpose
    return Answer({"what": what}, show=lambda screen: screen.text(what))


def _draw_wrongly(_: Screen) -> None:
    raise ZeroDivisionError


program = Program("toy", text=NOTHING)
program.add_command(attempt)


def run(*args: str, **environment: str) -> tuple[int, str, str]:
    result = CliRunner(env={"KHAITHUE_LANG": "", "KHAITHUE_DEBUG": "", **environment}).invoke(
        program, list(args)
    )
    assert "Traceback" not in result.output
    return result.exit_code, result.stdout, result.stderr


def codes(output: str) -> list[str]:
    return [each["code"] for each in json.loads(output)["findings"]]


@pytest.mark.parametrize(
    ("what", "code"), [("fine", 0), ("warning", 0), ("error", 1), ("refusal", 2), ("bug", 2)]
)
def test_the_exit_code_is_0_fine_1_errors_2_unusable(what: str, code: int) -> None:
    assert run("attempt", what)[0] == code
    assert run("attempt", what, "--json")[0] == code


def test_json_always_has_ok_and_findings_in_both_languages() -> None:
    assert json.loads(run("attempt", "fine", "--json")[1]) == {"ok": True, "what": "fine", "findings": []}
    document = json.loads(run("attempt", "refusal", "--json", "--lang", "en")[1])
    assert document["ok"] is False
    assert document["values"] == {}
    (found,) = document["findings"]
    assert list(found) == ["code", "cell", "row", "line", "level", "message", "fix", "law"]
    assert "a.xml" in found["message"]["vi"]
    assert "a.xml" in found["message"]["en"]


@pytest.mark.near_miss("INTERNAL")
def test_refusals_for_people_go_to_standard_error_and_findings_to_standard_output() -> None:
    assert run("attempt", "refusal")[1] == ""
    assert "CLI-NOT-FOUND" in run("attempt", "refusal")[2]
    assert "CLI-NOT-FOUND" in run("attempt", "error")[1]


@pytest.mark.error("INTERNAL")
@pytest.mark.parametrize("what", ["bug", "drawing-bug", "deep"])
def test_a_fault_of_the_program_is_a_finding_with_a_short_id(what: str) -> None:
    code, out, err = run("attempt", what)
    assert (code, out) == (2, "")
    assert "INTERNAL" in err
    assert "secret-figure" not in err


def test_the_same_fault_has_the_same_id_and_its_traceback_goes_to_the_named_file_only(tmp_path: Path) -> None:
    log = tmp_path / "debug.log"
    first, second = run("attempt", "bug", "--json"), run("attempt", "bug", "--json", KHAITHUE_DEBUG=str(log))
    assert first == second
    assert codes(first[1]) == ["INTERNAL"]
    assert "KeyError" in log.read_text()
    identifier = log.read_text().split()[0]
    assert identifier in first[1]
    assert run("attempt", "bug", KHAITHUE_DEBUG=str(tmp_path))[0] == 2


def test_ctrl_c_is_130() -> None:
    assert run("attempt", "interrupt")[0] == 130


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("args", "code"),
    [
        ([], "CLI-NO-COMMAND"),
        (["atempt"], "CLI-COMMAND"),
        (["attempt"], "CLI-MISSING"),
        (["attempt", "x", "--color", "red"], "CLI-OPTION"),
        (["attempt", "x", "--colour", "green"], "CLI-CHOICE"),
        (["attempt", "x", "--lang", "fr"], "CLI-CHOICE"),
        (["attempt", "x", "--number", "one"], "CLI-USAGE"),
        (["attempt", "x", "y"], "CLI-USAGE"),
        (["attempt", "x", "--number"], "CLI-USAGE"),
    ],
)
def test_a_command_line_that_is_wrong_has_its_code(args: list[str], code: str) -> None:
    exit_code, out, err = run(*args)
    assert (exit_code, out) == (2, "")
    assert code in err
    exit_code, out, err = run(*args, "--json") if args else run("--json")
    assert (exit_code, codes(out), err) == (2, [code], "")


@pytest.mark.near_miss(
    "CLI-COMMAND", "CLI-MISSING", "CLI-OPTION", "CLI-CHOICE", "CLI-USAGE", "CLI-NO-COMMAND"
)
def test_the_same_command_line_written_right_is_run() -> None:
    code, out, _err = run("attempt", "x", "--colour", "red", "--number", "1", "--lang", "en")
    assert (code, out) == (0, "x\n")


def test_a_wrong_word_gets_a_suggestion() -> None:
    assert "attempt" in run("atempt")[2]
    assert "--colour" in run("attempt", "x", "--color", "red")[2]


def test_help_is_in_the_language_asked_for() -> None:
    vietnamese, english = run("attempt", "--help"), run("attempt", "-h", "--lang", "en")
    assert vietnamese[0] == english[0] == 0
    for words in ("Cách dùng: ", "Tham số", "Tùy chọn", "Cái gì."):
        assert words in vietnamese[1]
    for words in ("Usage: ", "Arguments", "Options", "What."):
        assert words in english[1]
    assert "Commands" in run("--help", KHAITHUE_LANG="en")[1]


class Lost(io.StringIO):
    """Standard output that cannot be written to."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def flush(self) -> None:
        raise OSError(self.number, os.strerror(self.number))


@pytest.mark.error("CLI-OUTPUT")
@pytest.mark.near_miss("CLI-OUTPUT")
def test_a_full_disk_is_told_and_a_closed_pipe_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {}
    for number in (errno.ENOSPC, errno.EPIPE):
        monkeypatch.setattr(sys, "stdout", Lost(number))
        told[number] = (guarded(lambda: 0), "CLI-OUTPUT" in capsys.readouterr().err)
    assert told == {errno.ENOSPC: (2, True), errno.EPIPE: (0, False)}


def test_every_code_of_the_command_line_speaks_two_languages() -> None:
    from khaithue import law

    for code, entry in law.document("errors/cli.toml").items():
        assert code.startswith("CLI-") or code == "INTERNAL"
        for part in ("message", "fix"):
            assert entry[part]["vi"] != entry[part]["en"]
            assert set(_places(entry[part]["vi"])) == set(_places(entry[part]["en"])), code


def test_every_code_of_the_command_line_is_met_by_a_test() -> None:
    from khaithue import law

    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [code for code in law.document("errors/cli.toml") if f'"{code}"' not in tests] == []


def _places(text: str) -> list[str]:
    return [part.split("}")[0] for part in text.split("{")[1:]]
