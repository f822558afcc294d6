"""What a new return starts with: the boxes carried over from the preceding period, and the defaults."""

from dataclasses import replace

from khaithue import law
from khaithue.formula.evaluate import Scene, evaluate
from khaithue.formula.syntax import FORM
from khaithue.returns.figures import figures_of, present_appendices
from khaithue.returns.form import Field
from khaithue.returns.formulas import program_of
from khaithue.returns.kinds import from_exact, parse
from khaithue.returns.model import Return, Value


def prefill(ret: Return, previous: Return | None = None) -> Return:
    """The return with its blank boxes filled by their ``prefill`` formula, and failing that by their default.

    ``previous`` is the same taxpayer's first return of the preceding period, computed. A figure already given
    is kept. An appendix that is not part of the return stays out of it, but for those every supplement
    carries: a supplement is begun with them.
    """
    for part, field in _prefilled(ret):
        if _value(ret, part, field) is None:
            ret = _put(ret, part, field, _carried(ret, previous, part, field))
    for code, field in ret.form.fields.items():
        if field.default and ret.values.get(code) is None and not field.header:
            ret = _put(ret, FORM, field, parse(field.kind, field.default))
    for name, boxes in ret.totals.items():
        for code, field in ret.form.appendices[name].fields.items():
            if field.default and boxes.get(code) is None:
                ret = _put(ret, name, field, parse(field.kind, field.default))
    return ret


def _prefilled(ret: Return) -> list[tuple[str, Field]]:
    main = [(FORM, field) for field in ret.form.fields.values()]
    filled = {*present_appendices(ret), *_of_supplement(ret)}
    rest = [
        (name, field)
        for name, part in ret.form.appendices.items()
        if name in filled
        for field in part.fields.values()
    ]
    return [(part, field) for part, field in (*main, *rest) if field.prefill]


def _of_supplement(ret: Return) -> tuple[str, ...]:
    """The appendices a supplement always carries (``law/xml/header.toml``); a first return has none."""
    is_supplement = ret.header.get("loaiTKhai") == "B"
    return tuple(law.document("xml/header.toml")["supplement"]) if is_supplement else ()


def _carried(ret: Return, previous: Return | None, part: str, field: Field) -> Value:
    bound = program_of(ret.form).bound
    before = figures_of(previous) if previous else None
    scene = Scene(bound.source, figures_of(ret), previous=before)
    return from_exact(field.kind, evaluate(bound.prefills[part, field.code], scene))


def _value(ret: Return, part: str, field: Field) -> Value:
    boxes = ret.values if part == FORM else ret.totals.get(part, {})
    return boxes.get(field.code)


def _put(ret: Return, part: str, field: Field, value: Value) -> Return:
    if value is None:
        return ret
    if part == FORM:
        return replace(ret, values={**ret.values, field.code: value})
    boxes = {**ret.totals.get(part, {}), field.code: value}
    return replace(ret, totals={**ret.totals, part: boxes})
