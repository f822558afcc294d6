"""On which line of a TOML file a key stands, for messages that point at it."""

import re
from collections import Counter

_TABLE = re.compile(r"\s*\[\[?\s*(?P<path>[^\]]+?)\s*\]\]?\s*(#.*)?$")
_WORD = r"""(?:[\w\-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*(?P<path>{_WORD}(?:\s*\.\s*{_WORD})*)\s*=(?!=)")
_NAME = re.compile(_WORD)
_FENCE = '"""'


class Lines:
    """The lines of a TOML text by key path; the tables of a list are numbered from 0.

    >>> Lines('[fields]\\n22 = { kind = "money" }').of("fields", "22", "calc")
    2
    """

    def __init__(self, text: str) -> None:
        self._known: dict[tuple[str, ...], int] = {}
        self._texts: dict[tuple[str, ...], int] = {}
        lists: Counter[tuple[str, ...]] = Counter()
        table: tuple[str, ...] = ()
        fenced = False
        for number, line in enumerate(text.splitlines(), 1):
            if fenced:
                fenced = line.count(_FENCE) % 2 == 0
            elif match := _TABLE.match(line):
                table = _names(match["path"])
                if line.lstrip().startswith("[["):
                    lists[table] += 1
                    table = (*table, str(lists[table] - 1))
                self._known.setdefault(table, number)
            elif match := _KEY.match(line):
                path = (*table, *_names(match["path"]))
                self._known.setdefault(path, number)
                fenced = line.count(_FENCE) % 2 == 1
                self._texts[path] = number + line.rstrip().endswith(_FENCE)

    def of(self, *path: str) -> int:
        """The line of a key, or of the nearest key that holds it; 1 when none is known."""
        while path and path not in self._known:
            path = path[:-1]
        return self._known.get(path, 1)

    def of_text(self, *path: str) -> int:
        """The line on which a text of several lines begins, which TOML lets follow the quotes."""
        return self._texts.get(path, self.of(*path))


def _names(path: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in _NAME.findall(path))
