"""The bilingual command line: commands that return an Answer, and the guard that lets no traceback out."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import click

from khaithue.cli.answer import Answer, AnsweredError
from khaithue.cli.guard import guarded
from khaithue.cli.voice import LANGUAGES, VOICE, heard, say
from khaithue.returns.findings import Text

ARGUMENTS = Text("Tham số", "Arguments")
OPTIONS = Text("Tùy chọn", "Options")
COMMANDS = Text("Lệnh", "Commands")
USAGE = Text("Cách dùng: ", "Usage: ")
HELP = Text("Xem hướng dẫn này rồi thoát.", "Show this help and exit.")
LANG = Text(
    "Tiếng Việt hoặc tiếng Anh (biến môi trường KHAITHUE_LANG).",
    "Vietnamese or English (environment KHAITHUE_LANG).",
)
JSON = Text("In một tài liệu JSON cho chương trình đọc.", "Print one JSON document for programs.")


class Option(click.Option):
    """An option explained in both languages."""

    def __init__(self, declarations: Sequence[str], *, text: Text, **attributes: Any) -> None:
        super().__init__(declarations, **attributes)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option's names and its explanation in the language of this run."""
        self.help = say(self.text)
        return super().get_help_record(ctx)


class Argument(click.Argument):
    """A positional argument explained in both languages."""

    def __init__(self, declarations: Sequence[str], *, text: Text, **attributes: Any) -> None:
        super().__init__(declarations, **attributes)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """The argument's name and its explanation in the language of this run."""
        self.help = say(self.text)
        return super().get_help_record(ctx)


class Command(click.Command):
    """A command explained in both languages; ``answers`` documents its JSON for the reference page."""

    def __init__(self, name: str, *, text: Text, answers: str, **attributes: Any) -> None:
        super().__init__(name, **attributes)
        self.text = text
        self.answers = answers
        self.params += [json_option(), lang_option(), help_option()]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        _write_usage(self, ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write what the command does."""
        _write_text(self.text, formatter)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the arguments, one a line."""
        arguments = [item.get_help_record(ctx) for item in self.params if isinstance(item, Argument)]
        _write_section(ARGUMENTS, arguments, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, one a line."""
        _write_section(OPTIONS, _option_records(self, ctx), formatter)


class Group(click.Group):
    """A group of commands explained in both languages, listed in the order they were added."""

    def __init__(self, name: str, *, text: Text, **attributes: Any) -> None:
        super().__init__(name, **attributes)
        self.text = text
        self.params += [json_option(), lang_option(), help_option()]

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of the commands, in the order a user meets them."""
        return list(self.commands)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        _write_usage(self, ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write what the group is for."""
        _write_text(self.text, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and then the commands, one a line."""
        _write_section(OPTIONS, _option_records(self, ctx), formatter)
        rows = [
            (name, say(item.text))
            for name, item in self.commands.items()
            if isinstance(item, Command | Group)
        ]
        _write_section(COMMANDS, rows, formatter)


class Program(Group):
    """The whole command: runs what was asked, says the answer and exits with its code, whatever happens."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> NoReturn:
        """Run the command line ``args`` (``sys.argv`` when None); always exits, never with a traceback."""
        arguments = list(sys.argv[1:] if args is None else args)
        _speak_utf8()
        voice = VOICE.set(heard(arguments, os.environ))
        try:
            code = guarded(lambda: self._run(arguments))
        finally:
            VOICE.reset(voice)
        sys.exit(code)

    def _run(self, arguments: list[str]) -> Answer | int | None:
        outcome: Answer | int | None = super().main(arguments, "khaithue", standalone_mode=False)
        return outcome


def command(
    *parameters: click.Parameter, text: Text, answers: str
) -> Callable[[Callable[..., Answer]], Command]:
    """Make a function that gives an Answer a command, by its own name with ``_`` as ``-``."""

    def make(function: Callable[..., Answer]) -> Command:
        name = function.__name__.strip("_").replace("_", "-")
        return Command(name, text=text, answers=answers, params=list(parameters), callback=function)

    return make


def argument(name: str, vi: str, en: str, **attributes: Any) -> Argument:
    """A positional argument; its metavar is the name in capitals."""
    return Argument([name], text=Text(vi, en), **attributes)


def option(names: str, vi: str, en: str, **attributes: Any) -> Option:
    """An option by its names, separated by spaces."""
    return Option(names.split(), text=Text(vi, en), **attributes)


def json_option() -> Option:
    """``--json``, already heard before parsing."""
    return Option(["--json"], is_flag=True, expose_value=False, text=JSON)


def lang_option() -> Option:
    """``--lang``, already heard before parsing."""
    return Option(["--lang"], type=click.Choice(LANGUAGES), expose_value=False, text=LANG)


def help_option() -> Option:
    """``--help``: prints the help of the command and exits."""
    return Option(
        ["-h", "--help"], is_flag=True, is_eager=True, expose_value=False, callback=_help, text=HELP
    )


def _help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        text = ctx.get_help()
        raise AnsweredError(Answer({"help": text}, show=lambda screen: screen.text(text)))


def _write_usage(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    formatter.write_usage(ctx.command_path, " ".join(command.collect_usage_pieces(ctx)), prefix=say(USAGE))


def _write_text(text: Text, formatter: click.HelpFormatter) -> None:
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(say(text))


def _write_section(title: Text, rows: Sequence[tuple[str, str]], formatter: click.HelpFormatter) -> None:
    if rows:
        with formatter.section(say(title)):
            formatter.write_dl(rows)


def _option_records(command: click.Command, ctx: click.Context) -> list[tuple[str, str]]:
    options = [item for item in command.params if isinstance(item, click.Option)]
    return [record for record in (item.get_help_record(ctx) for item in options) if record]


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8", errors="backslashreplace")
