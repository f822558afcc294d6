"""A form as the JSON document of ``khaithue forms show --json``."""

from datetime import date
from typing import Any

from khaithue.returns.catalogue import Head, is_taken
from khaithue.returns.form import Appendix, Check, Field, Form, Link, Table
from khaithue.returns.standing import standing


def form_json(form: Form) -> dict[str, Any]:
    """Everything the form file says, in printed order."""
    return {
        **form_line(form),
        "law": form.law,
        "confidence": form.confidence.value,
        "xml": dict(form.xml) if form.ma_tkhai else None,
        "distinct": list(form.distinct),
        "fields": [_field(field) for field in form.fields.values()],
        "tables": [
            _table(table, part) for part in form.appendices.values() for table in part.tables.values()
        ],
        "appendices": [_appendix(part) for part in form.appendices.values()],
        "links": [_link(link) for link in form.links],
        "checks": [_check(check) for check in form.checks.values()],
    }


def form_line(form: Form | Head) -> dict[str, Any]:
    """What names a form: code, title, basis, version, validity by tax period, periods it is filed for."""
    return {
        "code": form.code,
        "title": form.title,
        "basis": form.basis,
        "version": form.version,
        "valid": {
            "from": form.valid_from.isoformat(),
            "to": form.valid_to.isoformat() if form.valid_to else None,
        },
        "period": list(form.periods),
    }


def listed(head: Head, on: date) -> dict[str, Any]:
    """A form in the list of all: what names it, how sure it is, and how it stands on a day."""
    stands = standing(head, on)
    today = (
        {
            "why": {"vi": stands.why.vi, "en": stands.why.en},
            "law": stands.law,
            "confidence": stands.confidence.value,
        }
        if stands
        else {}
    )
    return {
        **form_line(head),
        "confidence": head.confidence.value,
        "xml": bool(head.ma_tkhai),
        "today": {"taken": is_taken(head, on), **today},
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "code": field.code,
        "label": field.label,
        "type": field.kind.value,
        "calc": field.calc or None,
        "typed": field.is_typed,
        "xml": field.xml or None,
        "prefill": field.prefill or None,
        "header": field.header or None,
        "at": field.at,
        "default": field.default,
        "unit": field.unit,
        "law": field.law,
        "help": field.help,
        "note": field.note,
        "required": field.required,
        "choices": dict(field.choices) if field.choices else None,
        "min": field.min,
    }


def _table(table: Table, part: Appendix) -> dict[str, Any]:
    totals = [field for field in part.fields.values() if f"{table.name}[" in field.calc]
    return {
        "name": table.name,
        "title": table.title,
        "appendix": part.name,
        "xml": table.xml,
        "parent": table.parent or None,
        "columns": [_field(column) for column in table.columns.values()],
        "totals": [_field(field) for field in totals],
    }


def _appendix(part: Appendix) -> dict[str, Any]:
    return {
        "name": part.name,
        "code": part.code,
        "title": part.title,
        "xml": part.xml,
        "fields": [_field(field) for field in part.fields.values()],
        "tables": list(part.tables),
    }


def _link(link: Link) -> dict[str, Any]:
    return {"cell": link.cell, "source": link.source, "note": link.note}


def _check(check: Check) -> dict[str, Any]:
    return {
        "code": check.code,
        "rule": check.rule,
        "level": check.level.value,
        "cell": check.cell,
        "each": check.each or None,
        "message": {"vi": check.message.vi, "en": check.message.en},
        "fix": {"vi": check.fix.vi, "en": check.fix.en},
        "law": check.law,
    }
