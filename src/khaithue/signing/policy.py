"""Which signatures are acceptable, as data from ``law/signing/policy.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from khaithue import law
from khaithue.returns.findings import Level


@dataclass(frozen=True)
class Algorithm:
    """An algorithm by its everyday name; ``until`` is the first day from which it is no longer accepted."""

    name: str
    until: date | None = None

    def accepted_on(self, day: date) -> bool:
        """Whether a file received on that day may use it."""
        return self.until is None or day < self.until


@dataclass(frozen=True)
class Policy:
    """What a signature must be. Algorithms are keyed by their URI; a canonicalization's value is "exclusive".

    ``revocation_unknown`` is the level of CERT-REVOCATION-UNKNOWN. ``parent_signs_for_unit`` lets a
    10-digit tax code sign for its 13-digit units. ``rows_may_repeat_id`` bears rows *inside* the signed
    element that carry its id, as HTKK writes them; the id is then bound to the signed element alone, never
    looked up in the file.
    """

    signatures: Mapping[str, Algorithm]
    digests: Mapping[str, Algorithm]
    canonicalizations: Mapping[str, bool]
    rsa_bits: int
    curves: frozenset[str]
    max_certificates: int
    revocation_unknown: Level
    parent_signs_for_unit: bool
    personal_number_from: date
    rows_may_repeat_id: bool

    def weak_hashes_on(self, day: date) -> frozenset[str]:
        """Hashes refused in the certificates of the chain on that day; MD2 and MD5 always are."""
        retired = {item.name for item in self.digests.values() if not item.accepted_on(day)}
        return frozenset({"md2", "md5"} | retired)


@cache
def current_policy() -> Policy:
    """The policy in force, read from the law; a dated algorithm inside it serves older files only."""
    data = law.document("signing/policy.toml")
    return Policy(
        signatures=_algorithms(data["signatures"]),
        digests=_algorithms(data["digests"]),
        canonicalizations=data["canonicalizations"],
        rsa_bits=data["keys"]["rsa_bits"],
        curves=frozenset(data["keys"]["curves"]),
        max_certificates=data["keys"]["max_certificates"],
        revocation_unknown=Level(data["certificate"]["revocation_unknown"]),
        parent_signs_for_unit=data["certificate"]["parent_signs_for_unit"],
        personal_number_from=data["certificate"]["personal_number_from"],
        rows_may_repeat_id=data["ids"]["rows_may_repeat"],
    )


def _algorithms(table: Mapping[str, Any]) -> dict[str, Algorithm]:
    return {uri: Algorithm(entry["name"], entry.get("until")) for uri, entry in table.items()}
