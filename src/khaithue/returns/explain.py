"""Why a box of a return holds what it holds."""

from khaithue.formula.evaluate import Scene
from khaithue.formula.syntax import FORM, Ref
from khaithue.formula.trace import Explanation
from khaithue.formula.trace import explain as explain_box
from khaithue.returns.compute import compute
from khaithue.returns.figures import figures_of
from khaithue.returns.formulas import program_of
from khaithue.returns.model import Return


def explain(
    ret: Return, cell: str, *, table: str = "", row: int | None = None, depth: int = 1
) -> Explanation | None:
    """The explanation of a box after computing the return, down to ``depth`` levels of operands.

    ``cell`` is an address as in findings: ``40a``, ``PL_NQ142_GTGT[9]``, ``people[12]``; a bare code with
    ``table`` is that table's column. ``row`` counts from 1 over the whole table. ``None`` when there is no
    such box or row.
    """
    ref = _ref(cell, table)
    bound = program_of(ret.form).bound
    part = bound.source.parts.get(ref.part)
    if part is None or ref.code not in part.cells:
        return None
    scene = Scene(bound.source, figures_of(compute(ret)))
    if ref.part in ret.form.tables:
        rows = scene.figures.rows[ref.part]
        if row is None or not 1 <= row <= len(rows):
            return None
        scene = Scene(bound.source, scene.figures, ref.part, rows[row - 1])
    return explain_box(bound, ref, scene, depth)


def _ref(cell: str, table: str) -> Ref:
    part, bracket, code = cell.removesuffix("]").partition("[")
    return Ref(part or FORM, code) if bracket else Ref(table or FORM, cell)
