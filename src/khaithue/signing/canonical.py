"""Canonical XML 1.0 of one element of a document, with what it inherits from its ancestors."""

from lxml import etree

from khaithue.signing.target import XML


def canonical(element: etree._Element, *, exclusive: bool = False) -> bytes | None:
    """The canonical form without comments of an element and all below it, as a signature covers it.

    ``None`` for an element that has none: one with a relative namespace (Canonical XML 1.0, 1.3).

    lxml's own canonical form of an element that is not the root misses inherited namespaces and ``xml:``
    attributes, so the element is first written out, with the namespaces it inherits, and read back as the
    root of a document of its own.
    """
    alone = etree.fromstring(etree.tostring(element, encoding="UTF-8", with_tail=False), _reader())
    if not exclusive:
        _inherit(alone, element)
    try:
        return etree.tostring(alone, method="c14n", exclusive=exclusive, with_comments=False)
    except etree.C14NError:
        return None


def _reader() -> etree.XMLParser:
    """A reader of what lxml itself has just written; strangers' bytes go through ``exchange.safe_xml``."""
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _inherit(alone: etree._Element, element: etree._Element) -> None:
    for ancestor in element.iterancestors():
        for name, value in ancestor.items():
            if name.startswith(f"{{{XML}}}") and name not in alone.attrib:
                alone.set(name, value)
