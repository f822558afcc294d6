"""A return: one form version, one period, the header and the figures. Blank is ``None``, never zero."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from khaithue.obligations.period import Period
from khaithue.returns.form import Form

Value: TypeAlias = int | Decimal | bool | str | None
"""Money and count are int, number Decimal, flag bool, others str (dates ISO, months yyyy-mm), blank None."""


@dataclass(frozen=True)
class Row:
    """One row of a table: column code to value, and below it the rows of child tables."""

    values: Mapping[str, Value]
    children: Mapping[str, tuple["Row", ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Return:
    """The figures of one return.

    ``header`` maps names of ``TTinChung`` elements to their text (``mst``, ``tenNNT``, ``ngayKy``; the
    period, form and kind of return included). ``values`` are the boxes of the main part; ``totals`` the boxes
    of each appendix that is present; ``tables`` the rows of each table present. Boxes fed by ``header`` are
    not in ``values``.
    """

    form: Form
    period: Period
    header: Mapping[str, str]
    values: Mapping[str, Value]
    totals: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    @property
    def taxpayer(self) -> tuple[str, str]:
        """The tax code and the name of whom the paper is about, as any frame calls them; or empty."""
        codes, names = (("mst", "maNNhan", "tIN"), ("tenNNT", "tenNNhan"))
        return self._first(codes), self._first(names)

    def _first(self, names: tuple[str, ...]) -> str:
        return next((text for name in names if (text := self.header.get(name))), "")
