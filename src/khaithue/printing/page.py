"""The paper form as HTML: a fragment for a page, or a whole document that prints on A4."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from khaithue.printing.letter import DOTS
from khaithue.printing.sheet import Sheet, SignedBy


def html(paper: Sheet, signed_by: Sequence[SignedBy] = ()) -> str:
    """The paper form as one ``<article class="paper">``; it needs the rules of ``stylesheet()``."""
    return _templates().get_template(_body(paper)).render(**_shown(paper, signed_by))


def document(paper: Sheet, signed_by: Sequence[SignedBy] = ()) -> str:
    """The paper form as a whole HTML document that needs no other file."""
    template = _templates().get_template("document.html")
    return template.render(body=_body(paper), style=stylesheet(), **_shown(paper, signed_by))


def _body(paper: Sheet) -> str:
    return "letter.html" if paper.letter else "paper.html"


def _shown(paper: Sheet, signed_by: Sequence[SignedBy]) -> dict[str, Any]:
    return {"sheet": paper, "letter": paper.letter, "dots": DOTS, "signed_by": signed_by}


@cache
def stylesheet() -> str:
    """The style sheet of the paper form, on screen and on A4."""
    static = files(__package__).joinpath("static")
    return "".join(static.joinpath(name).read_text(encoding="utf-8") for name in ("paper.css", "letter.css"))


def boxes(tax_id: str) -> list[str]:
    """The characters of a tax code for its printed boxes: ten, and three after a hyphen for a dependent unit.

    >>> "".join(boxes("0319900012-001"))
    '0319900012-001'
    >>> len(boxes(""))
    10
    """
    return list(tax_id) if len(tax_id) >= 10 else list(tax_id.ljust(10))


def below(label: str) -> str:
    """The heading below a shared one.

    >>> below("Các khoản giảm trừ: Bảo hiểm được trừ")
    'Bảo hiểm được trừ'
    """
    return label.partition(": ")[2] or label


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("khaithue.printing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(boxes=boxes, below=below)
    return environment
