"""The XML of a notice that the authority has published none of: our own elements in the authority's frame.

What is ours by analogy is said in ``law/xml/notice.toml`` (``[own]``): unconfirmed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from khaithue import law
from khaithue.exchange import returns_xml
from khaithue.exchange.returns_xml import ReadResult
from khaithue.returns.catalogue import heads
from khaithue.returns.form import Field, Form, Table
from khaithue.returns.model import Return


def written(notice: Return) -> bytes:
    """The notice as XML, in the authority's elements where it has published them."""
    return returns_xml.write(replace(notice, form=with_own_xml(notice.form)))


def read_notice(data: bytes) -> ReadResult:
    """The notice in these bytes, also one in our own elements."""
    return returns_xml.read(data, [with_own_xml(head.form()) for head in heads() if head.frame == "notice"])


def with_own_xml(form: Form) -> Form:
    """The form itself when the authority has an XML of it, else the same with elements of our own."""
    if form.ma_tkhai:
        return form
    own = law.document("xml/notice.toml")["own"]
    fields = {code: _named(field) for code, field in form.fields.items()}
    parts = {
        name: replace(part, tables={key: _table(table, own["row"]) for key, table in part.tables.items()})
        for name, part in form.appendices.items()
    }
    made = replace(form, fields=fields, appendices=parts)
    xml = {**form.xml, "maTKhai": f"{own['prefix']}{form.code}", "tenTKhai": form.title}
    return replace(made, xml=xml, outline="\n".join(_outline(made, own["row"])))


def _outline(form: Form, row: str) -> Iterator[str]:
    yield from (f"{field.xml}?" for field in form.fields.values() if field.xml)
    for table in form.main_tables.values():
        yield table.name
        yield f"  {row}*"
        yield from (f"    {column.xml}?" for column in table.columns.values() if column.xml)


def _table(table: Table, row: str) -> Table:
    columns: Mapping[str, Field] = {code: _named(column) for code, column in table.columns.items()}
    return replace(table, xml=f"{table.name}/{row}", columns=columns)


def _named(field: Field) -> Field:
    """A box is an element of its own name; what stands in the header or is computed is none."""
    return field if field.header or field.calc else replace(field, xml=field.code)
