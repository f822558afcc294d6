"""One table of a TOML document, read key by key; what does not fit is said, not raised."""

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

Say = Callable[[tuple[str, ...], str], None]
"""Takes the path of a key and what is wrong with it."""
_Choice = TypeVar("_Choice", bound=StrEnum)


class Entry:
    """A table of the document with its path; a reader gives an empty value for what is absent or wrong."""

    def __init__(self, values: dict[str, Any], path: tuple[str, ...], say: Say) -> None:
        self.values = values
        self.path = path
        self._say = say

    @property
    def name(self) -> str:
        """The key of this table in the one that holds it."""
        return self.path[-1]

    def say(self, key: str, message: str) -> None:
        """Say what is wrong with a key of this table, or with the table itself."""
        self._say((*self.path, key) if key else self.path, message)

    def over(self, usual: dict[str, Any]) -> "Entry":
        """This table with the values of ``usual`` for the keys it does not have."""
        return Entry({**usual, **self.values}, self.path, self._say)

    def beside(self, values: dict[str, Any]) -> "Entry":
        """A table that this one names, of another file; what is wrong with it is said here."""
        return Entry(values, self.path, self._say)

    def only(self, keys: str) -> None:
        """Refuse every key that is not one of these words."""
        for key in self.values:
            if key not in keys.split():
                self.say(key, f"there is no key {key} here: {keys}")

    def text(self, key: str, *, needed: bool = False) -> str:
        """A text."""
        found: str = self._typed(key, str, "", needed=needed)
        return found

    def flag(self, key: str) -> bool:
        """True or false; false when absent."""
        found: bool = self._typed(key, bool, default=False)
        return found

    def whole(self, key: str) -> int | None:
        """A whole number."""
        found: int | None = self._typed(key, int, None)
        return found

    def day(self, key: str, *, needed: bool = True) -> date | None:
        """A day."""
        found: date | None = self._typed(key, date, None, needed=needed)
        return found

    def choice(self, key: str, kinds: type[_Choice], default: _Choice) -> _Choice:
        """One word of a closed list."""
        word = self.text(key, needed=True)
        if word in list(kinds):
            return kinds(word)
        if word:
            self.say(key, f"{key} is one of {', '.join(kinds)}, not {word}")
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        found = self._typed(key, list, [])
        if all(isinstance(each, str) for each in found):
            return tuple(found)
        self.say(key, f"{key} is a list of texts")
        return ()

    def lists(self, key: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of texts."""
        found = self._typed(key, list, [])
        if all(isinstance(row, list) and all(isinstance(each, str) for each in row) for row in found):
            return tuple(tuple(row) for row in found)
        self.say(key, f"{key} is a list of lists of texts")
        return ()

    def entry(self, key: str) -> "Entry":
        """A table below this one."""
        return Entry(self._typed(key, dict, {}), (*self.path, key), self._say)

    def entries(self) -> Iterator["Entry"]:
        """Every table below this one."""
        for key in self.values:
            yield self.entry(key)

    def listed(self, key: str) -> Iterator["Entry"]:
        """Every table of a list of tables."""
        for number, each in enumerate(self._typed(key, list, [])):
            yield Entry(each if isinstance(each, dict) else {}, (*self.path, key, str(number)), self._say)

    def mixed(self, key: str) -> Iterator["str | Entry"]:
        """A list of texts and tables; what is neither is said and passed over."""
        for each in self._typed(key, list, []):
            if isinstance(each, str):
                yield each
            elif isinstance(each, dict):
                yield Entry(each, (*self.path, key), self._say)
            else:
                self.say(key, f"{key} is a list of texts and tables")

    def _typed(self, key: str, kind: type, default: Any, *, needed: bool = False) -> Any:
        if key not in self.values:
            if needed:
                self.say("", f"{key} is missing")
            return default
        value = self.values[key]
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return value
        self.say(key, f"{key} is not a {kind.__name__}")
        return default
