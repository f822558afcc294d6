"""A signature beside a file of any kind: CMS (RFC 5652), DER, without the file in it.

It is checked by
``openssl cms -verify -inform DER -binary -in FILE.p7s -content FILE -CAfile ROOT.pem -purpose any``.
"""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from khaithue.signing.keys import SigningKey


def detached(data: bytes, key: SigningKey) -> bytes:
    """The signature of these bytes, SHA-256, with the signer's certificate and those above it."""
    builder = PKCS7SignatureBuilder().set_data(data).add_signer(key.certificate, key.private, hashes.SHA256())
    for above in key.chain:
        builder = builder.add_certificate(above)
    options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary, PKCS7Options.NoCapabilities]
    return builder.sign(Encoding.DER, options)
