"""An XML schema of one form, for programs that make its files. The reader's findings say more and decide."""

from collections.abc import Iterable

from khaithue.exchange.shape import Node, frame, shape
from khaithue.exchange.values import PATTERNS
from khaithue.returns.form import Form, Kind

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{namespace}"
  targetNamespace="{namespace}" elementFormDefault="qualified">
"""


def schema(form: Form) -> bytes:
    """The schema of the form's XML: elements in order, values by kind; a signature may follow the dossier."""
    names, parts = frame(form.frame), shape(form)
    appendices = [Node(node.name, node.children, optional=True) for node in parts.appendices.values()]
    holder = Node(names.appendices, tuple(appendices), optional=True)
    top = (parts.header, parts.main, holder) if appendices else (parts.header, parts.main)
    dossier = Node(names.dossier, top, id_attribute=names.id_name)
    body = [*_types(), f'<xs:element name="{names.root}"><xs:complexType><xs:sequence>']
    body += [*_element(dossier), *_signature(names.signature)]
    body += ["</xs:sequence></xs:complexType></xs:element>", "</xs:schema>\n"]
    return (_HEAD.format(namespace=names.namespace) + "\n".join(body)).encode("utf-8")


def _types() -> Iterable[str]:
    """A simple type for each kind of box; every value may be blank."""
    for kind in Kind:
        pattern = f'<xs:pattern value="({PATTERNS[kind]})?"/>' if kind in PATTERNS else ""
        restriction = f'<xs:restriction base="xs:string">{pattern}</xs:restriction>'
        yield f'<xs:simpleType name="{kind.value}">{restriction}</xs:simpleType>'


def _element(node: Node) -> Iterable[str]:
    occurs = ' minOccurs="0"' if node.optional else ""
    occurs += ' maxOccurs="unbounded"' if node.repeated else ""
    if node.field:
        yield f'<xs:element name="{node.name}" type="{node.field.kind.value}" nillable="true"{occurs}/>'
        return
    yield f'<xs:element name="{node.name}"{occurs}><xs:complexType><xs:sequence>'
    for child in node.children:
        yield from _element(child)
    attribute = f'<xs:attribute name="{node.id_attribute}" type="xs:string"/>' if node.id_attribute else ""
    yield f"</xs:sequence>{attribute}</xs:complexType></xs:element>"


def _signature(name: str) -> Iterable[str]:
    anything = '<xs:any namespace="##any" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>'
    inside = f'<xs:complexType mixed="true"><xs:sequence>{anything}</xs:sequence></xs:complexType>'
    yield f'<xs:element name="{name}" minOccurs="0">{inside}</xs:element>'
