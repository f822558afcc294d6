"""The ``khaithue`` command, put together."""

from typing import NoReturn

import click

from khaithue import __version__
from khaithue.cli.amend import amend
from khaithue.cli.answer import Answer, AnsweredError
from khaithue.cli.due import due
from khaithue.cli.explain import explain
from khaithue.cli.forms import forms
from khaithue.cli.late import late
from khaithue.cli.paper import import_, print_, template
from khaithue.cli.program import Program, option
from khaithue.cli.returns import calc, check, convert
from khaithue.cli.signatures import sign, verify
from khaithue.returns.findings import Text


def main() -> NoReturn:
    """Run the command line of this process; exits 0, 1, 2 or 130."""
    program.main()


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        raise AnsweredError(
            Answer({"version": __version__}, show=lambda screen: screen.text(f"khaithue {__version__}"))
        )


program = Program(
    "khaithue",
    text=Text(
        "Lập, tính, kiểm tra, giải thích, chuyển đổi, ký và xác minh tờ khai thuế điện tử Việt Nam. "
        "Mã thoát: 0 ổn, 1 có lỗi trong tờ khai, 2 không dùng được đầu vào.",
        "Fill, compute, check, explain, convert, sign and verify Vietnamese electronic tax returns. "
        "Exit codes: 0 fine, 1 errors found, 2 unusable input.",
    ),
    params=[
        option(
            "--version",
            "In phiên bản rồi thoát.",
            "Print the version and exit.",
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_version,
        )
    ],
)
for each in (forms, calc, check, explain, convert, print_, template, import_, sign, verify, due, late, amend):
    program.add_command(each)
