"""The reference page says what the commands do, every one of them."""

from pathlib import Path

import click

from khaithue.cli.main import program
from khaithue.cli.program import Argument, Command, Option
from khaithue.cli.reference import reference, walk
from tests.cli.cli_runs import khaithue

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


def test_the_page_in_docs_is_the_one_the_commands_render() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(program), (
        "python -m khaithue.cli.reference > docs/reference/cli.md"
    )


def test_every_command_and_option_is_documented_in_both_languages() -> None:
    page = reference(program)
    for path, item in walk(program, "khaithue"):
        assert item.text.vi
        assert item.text.en
        assert item.text.vi != item.text.en
        assert not isinstance(item, Command) or f"## `{path}`" in page
        assert not isinstance(item, Command) or item.answers
        for parameter in item.params:
            assert isinstance(parameter, Argument | Option)
            assert parameter.text.vi != parameter.text.en
            assert not isinstance(parameter, Option) or parameter.opts[-1] in page


def test_help_works_for_every_command_in_both_languages() -> None:
    for path, item in walk(program, "khaithue"):
        for language, usage in (("vi", "Cách dùng: "), ("en", "Usage: ")):
            said = khaithue(*path.split()[1:], "--help", "--lang", language)
            assert said.code == 0
            assert said.out.startswith(f"{usage}{path}")
            for parameter in item.params:
                name = (
                    parameter.opts[-1]
                    if isinstance(parameter, click.Option)
                    else parameter.human_readable_name
                )
                assert name in said.out


def test_every_command_prints_json() -> None:
    for _, item in walk(program, "khaithue"):
        assert "--json" in [name for parameter in item.params for name in parameter.opts]
