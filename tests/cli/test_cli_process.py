"""The command as a process: start-up, pipes, signals, terminals and files that are no files."""

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.cli_runs import MST, PASSWORD, VAT, authority

COMMAND = [sys.executable, "-c", "from khaithue.cli.main import main; main()"]
SECONDS = 60


def run(*args: object, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*COMMAND, *(str(each) for each in args)],
        env={**os.environ, "KHAITHUE_LANG": "vi", "KHAITHUE_DEBUG": "", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.parametrize(
    "args",
    [
        ("check", "/dev/zero"),
        ("check", sys.executable),
        ("verify", sys.executable, "--trust", "/"),
        ("sign", VAT, "/none/out.xml", "--p12", VAT),
        ("convert", VAT, "/proc/self/out.json"),
        ("calc", "a\nb\x1b[31m.xml"),
        ("\udcff",),
    ],
)
def test_hostile_arguments_are_unusable_without_a_traceback(args: tuple[object, ...]) -> None:
    done = run(*args)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
    assert b"INTERNAL" not in done.stderr
    assert b"\x1b" not in done.stderr


def test_vietnamese_is_printed_whatever_the_locale() -> None:
    done = run("due", "01/GTGT", "2026-Q1", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "Kỳ tính thuế" in done.stdout.decode("utf-8")


def test_nothing_is_coloured_in_a_pipe() -> None:
    assert b"\x1b" not in run("explain", VAT, "40a").stdout


@pytest.mark.parametrize("args", [("--help",), ("forms", "list"), ("check", VAT, "--json")])
def test_a_reader_that_leaves_early_changes_nothing(args: Sequence[object]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [*COMMAND, *(str(each) for each in args)], stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    _, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, b"")


def test_a_full_disk_behind_standard_output_is_said_and_is_2() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "forms", "list"], stdout=full, stderr=subprocess.PIPE, timeout=SECONDS, check=False
        )
    assert done.returncode == 2
    assert b"CLI-OUTPUT" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_version_starts_without_the_heavy_libraries() -> None:
    heavy = "lxml", "xmlsec", "rich", "cryptography", "lark", "khaithue.returns.catalogue", "json"
    code = (
        "import sys\nfrom khaithue.cli.main import main\n"
        "try: main()\nexcept SystemExit: print([name for name in "
        f"{heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--version"], capture_output=True, timeout=SECONDS, check=True
    )
    assert done.stdout.decode().splitlines() == ["khaithue 0.1.0", "[]"]


def test_the_password_is_asked_at_a_terminal_and_never_shown(tmp_path: Path) -> None:
    args = ["sign", str(VAT), str(tmp_path / "a.xml"), "--p12", str(authority().people[MST])]
    code, shown = at_a_terminal(args, PASSWORD.encode() + b"\n")
    assert code == 0
    assert "Mật khẩu" in shown
    assert PASSWORD not in shown.replace(str(VAT), "").replace("DEMO", "")
    assert (tmp_path / "a.xml").exists()


def test_ctrl_c_at_the_password_is_130_and_writes_nothing(tmp_path: Path) -> None:
    args = ["sign", str(VAT), str(tmp_path / "a.xml"), "--p12", str(authority().people[MST])]
    code, shown = at_a_terminal(args, b"\x03")
    assert code == 130
    assert "Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


def at_a_terminal(args: list[str], typed: bytes) -> tuple[int, str]:
    """Run the command at a terminal, type when the password is asked for; its exit code and screen."""
    child, terminal = pty.fork()
    if not child:
        os.environ.pop("KHAITHUE_P12_PASSWORD", None)
        # Who runs the tests in the background hands down an ignored Ctrl-C, which a terminal never has.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execv(COMMAND[0], [*COMMAND, *args])  # noqa: S606 - the program under test
    screen = b""
    while part := read(terminal, child):
        screen += part
        if typed and ":" in screen.decode("utf-8", "replace"):
            os.write(terminal, typed)
            typed = b""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), screen.decode("utf-8", "replace")


def read(terminal: int, child: int) -> bytes:
    """What the screen shows next, empty at the end; a command that falls silent is killed."""
    if not select.select([terminal], [], [], SECONDS)[0]:
        os.kill(child, signal.SIGKILL)
    try:
        return os.read(terminal, 1024)
    except OSError:
        return b""
