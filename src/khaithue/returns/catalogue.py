"""Every form version there is, and how to find one."""

from collections.abc import Iterable
from functools import cache

from khaithue import law
from khaithue.obligations.period import Period
from khaithue.returns.form import Form
from khaithue.returns.load import load


@cache
def forms() -> tuple[Form, ...]:
    """All forms of ``law/forms``, in the order of their files; raises ``FormFileError`` for a faulty one."""
    return tuple(load(law.text(path), path) for path in law.names("forms"))


def find(code: str, basis: str, version: str) -> Form | None:
    """The form version of that printed code, circular and XML version."""
    return _first(form for form in forms() if (form.code, form.basis, form.version) == (code, basis, version))


def find_xml(ma_tkhai: str, version: str) -> Form | None:
    """The form version of those XML codes (``maTKhai``, ``pbanTKhaiXML``)."""
    return _first(form for form in forms() if (form.xml["maTKhai"], form.version) == (ma_tkhai, version))


def find_for(code: str, period: Period) -> Form | None:
    """The newest form of that printed code in force on the period's first day."""
    valid = [form for form in forms() if form.code == code and is_valid_for(form, period)]
    return max(valid, key=lambda form: (form.valid_from, _numbers(form.version)), default=None)


def is_valid_for(form: Form, period: Period) -> bool:
    """Whether the form is in force on the period's first day."""
    return form.valid_from <= period.start and (form.valid_to is None or period.start <= form.valid_to)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split(".") if number.isdigit())


def _first(found: Iterable[Form]) -> Form | None:
    return next(iter(found), None)
