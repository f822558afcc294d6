"""The reference page of error codes (docs/reference/errors.md), rendered from ``law/errors``.

``python -m khaithue.cli.error_reference`` prints it.
"""

from itertools import groupby

from khaithue.returns.findings import ErrorKind, catalogue

HEAD = """# Error codes

Rendered from `law/errors` by `python -m khaithue.cli.error_reference`; a test compares this page with them.
A code never changes its meaning. The checks of a form have codes of their own, in the form's file:
`khaithue forms show CODE`. What stands in braces is filled in when it happens.
"""


def reference() -> str:
    """The whole page as Markdown: one table a family of codes."""
    kinds = sorted(catalogue().values(), key=lambda kind: kind.code)
    families = groupby(kinds, key=lambda kind: kind.code.partition("-")[0])
    return "\n".join([HEAD, *(_family(name, list(members)) for name, members in families)])


def _family(name: str, kinds: list[ErrorKind]) -> str:
    rows = [_row(kind) for kind in kinds]
    return "\n".join(
        [
            f"## {name}",
            "",
            "| code | level | what is wrong | what to do | law |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(kind: ErrorKind) -> str:
    texts = (
        f"{text.vi}<br>{text.en}".replace("|", "\\|").replace("\n", " ") for text in (kind.message, kind.fix)
    )
    return f"| `{kind.code}` | {kind.level} | {' | '.join(texts)} | {kind.law} |"


if __name__ == "__main__":
    print(reference(), end="")
