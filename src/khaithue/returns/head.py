"""The head of a form file, its table ``[form]``: enough to find a form among many."""

import re
import tomllib
from typing import Any

_TABLE = re.compile(r"^\[", re.MULTILINE)
_FENCE = '"""'


def head_of(text: str) -> dict[str, Any] | None:
    """The table ``[form]`` of a form file, when it comes first and can be read.

    What follows it is not looked at, so a file may be found that turns out faulty when it is loaded.

    >>> head_of('[form]\\ncode = "01/TOY"\\n[fields]\\n22 =')
    {'code': '01/TOY'}
    """
    try:
        head = tomllib.loads(_first_table(text)).get("form")
    except tomllib.TOMLDecodeError:
        return None
    return head if isinstance(head, dict) else None


def _first_table(text: str) -> str:
    """The text up to the second line that opens a table; lines within quotes of three open none."""
    opened = False
    for match in _TABLE.finditer(text):
        if text.count(_FENCE, 0, match.start()) % 2:
            continue
        if opened:
            return text[: match.start()]
        opened = True
    return text
