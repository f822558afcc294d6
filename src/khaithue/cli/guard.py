"""From a command's outcome to what is said and the exit code; nothing gets past it as a traceback."""

import contextlib
import errno
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import click

from khaithue.cli.answer import INTERRUPTED, OK, UNUSABLE, Answer, AnsweredError, refused
from khaithue.cli.voice import VOICE

DEBUG_VARIABLE = "KHAITHUE_DEBUG"
"""Names the file to which the traceback of an INTERNAL fault is added; without it no traceback is kept."""


def guarded(run: Callable[[], Answer | int | None]) -> int:
    """Run a command line, say its answer and give its exit code: 0, 1, 2, or 130 after Ctrl-C."""
    try:
        return deliver(_outcome(run))
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except OSError as error:
        return _output_lost(error)
    except Exception as error:
        return deliver(_internal(error).answer)


def _outcome(run: Callable[[], Answer | int | None]) -> Answer | int | None:
    try:
        return run()
    except AnsweredError as early:
        return early.answer
    except click.UsageError as error:
        return usage_answer(error)
    except click.Abort:
        raise
    except Exception as error:
        return _internal(error).answer


def deliver(answer: Answer | int | None) -> int:
    """Say the answer on standard output (a refusal for people on standard error) and give its exit code."""
    if not isinstance(answer, Answer):
        sys.stdout.flush()
        return answer or OK
    to_people = not answer.usable and not VOICE.get().json
    try:
        _say(answer, sys.stderr if to_people else sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)
    return answer.exit_code


def usage_answer(error: click.UsageError) -> Answer:
    """A command line that cannot be understood, as a finding after the usage line or the help."""
    introduction = error.ctx.get_usage() if error.ctx else ""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        introduction = error.message
    refusal = usage_refusal(error)
    return replace(refusal.answer, show=lambda screen: screen.text(introduction))


def usage_refusal(error: click.UsageError) -> AnsweredError:
    """The coded refusal for each way click says that a command line is wrong."""
    match error:
        case click.exceptions.NoSuchCommand():
            return refused(
                "CLI-COMMAND", name=error.command_name, near=", ".join(error.possibilities or ["--help"])
            )
        case click.NoSuchOption():
            return refused(
                "CLI-OPTION", name=error.option_name, near=", ".join(error.possibilities or ["--help"])
            )
        case click.MissingParameter():
            return refused("CLI-MISSING", name=_parameter_name(error))
        case click.BadParameter() if error.param and isinstance(error.param.type, click.Choice):
            return refused(
                "CLI-CHOICE", name=_parameter_name(error), choices=", ".join(error.param.type.choices)
            )
    if error.ctx and isinstance(error.ctx.command, click.Group):
        return refused("CLI-NO-COMMAND")
    return refused("CLI-USAGE", detail=error.format_message())


def _parameter_name(error: click.BadParameter) -> str:
    if error.param is None:
        return "?"
    return error.param.opts[-1] if isinstance(error.param, click.Option) else error.param.human_readable_name


def _say(answer: Answer, stream: TextIO) -> None:
    if VOICE.get().json:
        import json

        print(json.dumps(answer.document(), ensure_ascii=False, indent=2), file=stream)
        return
    from khaithue.cli.screen import Screen

    screen = Screen(stream)
    if answer.show:
        answer.show(screen)
    screen.findings(answer.findings)


def _internal(error: Exception) -> AnsweredError:
    """The refusal for an error of the program itself; ``id`` is the same for the same fault."""
    import hashlib
    import traceback

    place = traceback.extract_tb(error.__traceback__)[-1]
    fault = f"{type(error).__qualname__} {Path(place.filename).name}:{place.lineno}"
    identifier = hashlib.sha256(fault.encode()).hexdigest()[:8]
    if log := os.environ.get(DEBUG_VARIABLE):
        with contextlib.suppress(OSError), Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{identifier} {''.join(traceback.format_exception(error))}\n")
    return refused("INTERNAL", id=identifier)


def _output_lost(error: OSError) -> int:
    """Standard output is gone: a closed pipe is nobody's fault, a full disk is said where it still can be."""
    _discard(sys.stdout)
    if error.errno == errno.EPIPE:
        return OK
    with contextlib.suppress(OSError):
        _say(refused("CLI-OUTPUT", reason=error.strerror).answer, sys.stderr)
    return UNUSABLE


def _discard(stream: TextIO) -> None:
    """Send what is still buffered nowhere, so that Python's own flush at exit does not fail."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
