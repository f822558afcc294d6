"""How one run of the command speaks: in which language, to a person or to a program."""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import pairwise

from khaithue.returns.findings import Text

LANGUAGES = ("vi", "en")
LANGUAGE_VARIABLE = "KHAITHUE_LANG"


@dataclass(frozen=True)
class Voice:
    """``language`` is "vi" or "en"; ``json`` asks for one JSON document instead of text for people."""

    language: str = "vi"
    json: bool = False


VOICE: ContextVar[Voice] = ContextVar("voice", default=Voice())  # noqa: B039 - a frozen value cannot be changed


def heard(args: Sequence[str], environment: Mapping[str, str]) -> Voice:
    """The voice asked for by a command line, read before it is parsed so that its errors speak it too.

    >>> heard(["check", "a.xml", "--json", "--lang=en"], {})
    Voice(language='en', json=True)
    >>> heard(["check", "a.xml"], {"KHAITHUE_LANG": "en"}).language
    'en'
    """
    options = list(args[: args.index("--")] if "--" in args else args)
    asked = [after for option, after in pairwise(options) if option == "--lang"]
    asked += [option.removeprefix("--lang=") for option in options if option.startswith("--lang=")]
    known = [name for name in [*asked, environment.get(LANGUAGE_VARIABLE, "")] if name in LANGUAGES]
    return Voice(known[0] if known else "vi", "--json" in options)


def say(text: Text) -> str:
    """The text in the language of this run."""
    return text[VOICE.get().language]
