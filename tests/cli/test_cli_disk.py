import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from khaithue.cli.answer import AnsweredError
from khaithue.cli.disk import output_file, read_bytes, readable_directory, readable_file, write_whole


def code_of(refusal: pytest.ExceptionInfo[AnsweredError]) -> str:
    assert refusal.value.answer.exit_code == 2
    return refusal.value.answer.findings[0].code


@pytest.mark.error("CLI-NOT-FOUND")
def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnsweredError) as refusal:
        read_bytes(str(tmp_path / "none.xml"))
    assert code_of(refusal) == "CLI-NOT-FOUND"


@pytest.mark.error("CLI-NOT-A-DIRECTORY")
def test_a_directory_is_not_a_file_and_a_file_is_not_a_directory(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(b"<a/>")
    with pytest.raises(AnsweredError) as refusal:
        readable_file(str(tmp_path))
    assert code_of(refusal) == "CLI-NOT-A-FILE"
    with pytest.raises(AnsweredError) as refusal:
        readable_directory(str(file))
    assert code_of(refusal) == "CLI-NOT-A-DIRECTORY"
    assert read_bytes(str(file)) == b"<a/>"
    assert readable_directory(str(tmp_path)) == str(tmp_path)


@pytest.mark.error("CLI-NOT-A-FILE")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(AnsweredError) as refusal:
        readable_file(str(tmp_path / "pipe"))
    assert code_of(refusal) == "CLI-NOT-A-FILE"


@pytest.mark.parametrize("path", ["a\0b.xml", "x" * 5000])
def test_a_path_that_cannot_be_one_is_refused(path: str) -> None:
    with pytest.raises(AnsweredError) as refusal:
        readable_file(path)
    assert code_of(refusal) in ("CLI-UNREADABLE", "CLI-NOT-FOUND")


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """The superuser may read everything: as root, ask as nobody."""
    as_root = os.geteuid() == 0
    if as_root:
        os.seteuid(65534)
    yield
    if as_root:
        os.seteuid(0)


@pytest.mark.error("CLI-UNREADABLE")
def test_a_file_without_permission_is_refused(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    secret = tmp_path / "secret.xml"
    secret.touch(mode=0)
    request.getfixturevalue("ordinary_user")
    with pytest.raises(AnsweredError) as refusal:
        readable_file(str(secret))
    assert code_of(refusal) == "CLI-UNREADABLE"


def test_what_the_system_says_of_a_file_becomes_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.xml"
    file.touch()

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(AnsweredError) as refusal:
        readable_file(str(file))
    assert code_of(refusal) == "CLI-UNREADABLE"
    assert "Permission denied" in refusal.value.answer.findings[0].message.en


@pytest.mark.error("CLI-SAME-FILE")
def test_an_input_is_never_overwritten_not_even_by_force_or_another_name(tmp_path: Path) -> None:
    source, link = tmp_path / "in.xml", tmp_path / "link.xml"
    source.write_bytes(b"in")
    link.hardlink_to(source)
    with pytest.raises(AnsweredError) as refusal:
        output_file(str(link), [str(source)], force=True)
    assert code_of(refusal) == "CLI-SAME-FILE"


@pytest.mark.error("CLI-EXISTS")
@pytest.mark.near_miss("CLI-EXISTS", "CLI-NO-DIRECTORY", "CLI-SAME-FILE", "CLI-UNWRITABLE")
def test_another_file_is_overwritten_only_by_force(tmp_path: Path) -> None:
    source, target = tmp_path / "in.xml", tmp_path / "out.xml"
    source.write_bytes(b"in")
    target.write_bytes(b"old")
    with pytest.raises(AnsweredError) as refusal:
        output_file(str(target), [str(source)], force=False)
    assert code_of(refusal) == "CLI-EXISTS"
    assert output_file(str(target), [str(source)], force=True) == target


@pytest.mark.error("CLI-NO-DIRECTORY")
def test_a_result_needs_a_directory_that_exists_and_a_name_that_is_not_one(tmp_path: Path) -> None:
    with pytest.raises(AnsweredError) as refusal:
        output_file(str(tmp_path / "none" / "out.xml"), [], force=False)
    assert code_of(refusal) == "CLI-NO-DIRECTORY"
    with pytest.raises(AnsweredError) as refusal:
        output_file(str(tmp_path), [], force=True)
    assert code_of(refusal) == "CLI-NOT-A-FILE"


@pytest.mark.error("CLI-UNWRITABLE")
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.xml"
    target.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AnsweredError) as refusal:
        write_whole(target, b"new")
    assert code_of(refusal) == "CLI-UNWRITABLE"
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.xml"]


def test_a_whole_write_replaces_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "out.xml"
    target.write_bytes(b"a longer old text")
    write_whole(target, b"new")
    assert target.read_bytes() == b"new"
    assert stat.S_ISREG(target.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["out.xml"]
