"""Every form of the law gives the same figures in Python, in V8 and read straight off its formulas."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khaithue import law
from khaithue.formula.evaluate import Scene, evaluate
from khaithue.formula.syntax import FORM
from khaithue.formula.target_javascript import runtime_text
from khaithue.returns.codec import encode_for_page
from khaithue.returns.compute import compute
from khaithue.returns.figures import figures_of
from khaithue.returns.form import Form
from khaithue.returns.formulas import javascript, program_of
from khaithue.returns.load import load
from tests.returns.generate import returns_of
from tests.returns.javascript import call, filled
from tests.returns.toy_return import FORM as TOY

FORMS = law.names("forms")
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module", params=["toy", *FORMS])
def form(request: pytest.FixtureRequest) -> Form:
    return TOY if request.param == "toy" else load(law.text(request.param), request.param)


@FEW
@given(data=st.data())
def test_a_return_computed_in_the_browser_is_the_return_computed_here(
    form: Form, data: st.DataObject
) -> None:
    ret = data.draw(returns_of(form))
    assert filled(call(form, "compute", ret)) == filled(encode_for_page(compute(ret)))


@FEW
@given(data=st.data())
def test_a_check_unmet_in_the_browser_is_unmet_here(form: Form, data: st.DataObject) -> None:
    ret = compute(data.draw(returns_of(form)))
    unmet = [{"code": each.rule, "row": each.row} for each in program_of(form).unmet(figures_of(ret))]
    assert call(form, "check", ret) == unmet


@FEW
@given(data=st.data())
def test_each_computed_box_is_what_its_formula_says(form: Form, data: st.DataObject) -> None:
    figures = figures_of(compute(data.draw(returns_of(form))))
    bound = program_of(form).bound
    for (part, code), expr in bound.calcs.items():
        if part in form.tables:
            for row in figures.rows[part]:
                assert exact(row.v[code]) == evaluate(expr, Scene(bound.source, figures, part, row)), (
                    part,
                    code,
                )
        elif part == FORM or part in figures.present:
            assert exact(figures.boxes[part][code]) == evaluate(expr, Scene(bound.source, figures)), (
                part,
                code,
            )


def test_a_script_is_static_and_the_same_each_time(form: Form) -> None:
    text = javascript(form)
    assert text == javascript(form)
    assert not re.search(r"\beval\b|\bFunction\b|setTimeout|innerHTML", text + runtime_text())


def exact(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal) else value
