"""Files in and out: the authority's XML for returns and notices, XSD, JSON."""
