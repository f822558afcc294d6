"""The form a person means by ``01/GTGT``, ``01/GTGT@TT80/2021/TT-BTC@2.8.3`` or the path of a form file."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from khaithue.cli.answer import refused
from khaithue.cli.disk import read_bytes

if TYPE_CHECKING:
    from khaithue.returns.catalogue import Head
    from khaithue.returns.form import Form

FORM_FILE = ".toml"


def all_forms() -> "tuple[Head, ...]":
    """Every form version by its head, by code and then from the oldest."""
    from khaithue.returns.catalogue import age, heads

    return tuple(sorted(heads(), key=lambda form: (form.code, age(form))))


def today() -> date:
    """The day in Viet Nam."""
    from khaithue.signing.target import VIETNAM

    return datetime.now(VIETNAM).date()


def form_of(spec: str, basis: str = "", version: str = "") -> "Form":
    """The newest form that fits, one not taken today only when no other does.

    None is refused with CLI-FORM, a faulty form file with CLI-FORM-FILE.
    """
    from khaithue.returns.catalogue import age, is_taken

    if spec.endswith(FORM_FILE):
        return _form_file(spec)
    code, wanted_basis, wanted_version = _parts(spec, basis, version)
    fitting = [
        form
        for form in all_forms()
        if form.code.casefold() == code.casefold()
        and wanted_basis.casefold() in ("", form.basis.casefold())
        and wanted_version in ("", form.version)
    ]
    if not fitting:
        raise refused(
            "CLI-FORM", form="@".join(filter(None, (code, wanted_basis, wanted_version))), known=_near(code)
        )
    day = today()
    return max(fitting, key=lambda form: (is_taken(form, day), age(form))).form()


def _parts(spec: str, basis: str, version: str) -> tuple[str, str, str]:
    code, _, rest = spec.partition("@")
    spec_basis, _, spec_version = rest.partition("@")
    return code, basis or spec_basis, version or spec_version


def _form_file(path: str) -> "Form":
    from khaithue.returns.load import FormFileError, load

    try:
        return load(read_bytes(path).decode("utf-8"), path)
    except UnicodeDecodeError as error:
        raise refused("CLI-FORM-FILE", path=path, faults="UTF-8") from error
    except FormFileError as error:
        raise refused("CLI-FORM-FILE", path=path, faults=str(error)) from error


def _near(code: str) -> str:
    """The versions of that form, else those of the forms with the nearest codes, else every code."""
    from difflib import get_close_matches

    known = all_forms()
    codes = {form.code for form in known}
    near = {code} & codes or set(get_close_matches(code.upper(), codes, 3, 0.5))
    if not near:
        return ", ".join(sorted(codes))
    return ", ".join(f"{form.code}@{form.basis}@{form.version}" for form in known if form.code in near)
