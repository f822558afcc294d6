"""V8 with the scripts of forms loaded, as a browser would have them."""

import json
from functools import cache
from typing import Any

from py_mini_racer import MiniRacer

from khaithue.formula.target_javascript import runtime_text
from khaithue.returns.codec import encode_for_page
from khaithue.returns.form import Form
from khaithue.returns.formulas import form_id, javascript
from khaithue.returns.model import Return


@cache
def _engine() -> MiniRacer:
    engine = MiniRacer()
    engine.eval(runtime_text())
    return engine


@cache
def _load(script: str) -> None:
    _engine().eval(script)


def call(form: Form, function: str, ret: Return) -> Any:
    """What the form's script answers to the data of a return."""
    _load(javascript(form))
    arguments = json.dumps(encode_for_page(ret))
    name = json.dumps(form_id(form))
    return json.loads(str(_engine().eval(f"JSON.stringify(khaithue.forms[{name}].{function}({arguments}))")))


def filled(data: Any) -> Any:
    """The data without its blanks."""
    if isinstance(data, dict):
        return {key: filled(value) for key, value in data.items() if value is not None}
    return [filled(each) for each in data] if isinstance(data, list) else data
