"""Cost of a long 05/QTT-TNCN: compute, check, write and read 20,000 people, beside floors of the same run."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from khaithue.exchange import returns_xml
from khaithue.returns.check import check
from khaithue.returns.compute import compute
from khaithue.returns.model import Return, Row

PEOPLE = 20_000
SAMPLE = Path(__file__).parents[1] / "tests/samples/953_05-QTT-TNCN_HTKK578_Y2025.xml"


def long_return() -> Return:
    """The sample return with its one person repeated, each with another income."""
    ret = returns_xml.read(SAMPLE.read_bytes()).return_
    if ret is None:
        raise SystemExit("the sample does not read")
    first = ret.tables["people"][0].values
    rows = tuple(Row({**first, "12": 63_720_000 + 1000 * number}) for number in range(PEOPLE))
    return replace(ret, tables={**ret.tables, "people": rows})


def cpu(work: Callable[[], object]) -> float:
    """Least processor time of three runs, seconds."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def floor(ret: Return) -> None:
    """The least any calculation must do: visit every figure of every row once."""
    for row in ret.tables["people"]:
        sum(value for value in row.values.values() if type(value) is int)


def main() -> None:
    """Print the table."""
    ret = compute(long_return())
    written = returns_xml.write(ret)
    base = cpu(lambda: floor(ret))
    steps: dict[str, Callable[[], object]] = {
        "floor: visit every figure once": lambda: floor(ret),
        "compute": lambda: compute(ret),
        "check": lambda: check(ret),
        "write XML": lambda: returns_xml.write(ret),
        "read XML": lambda: returns_xml.read(written),
    }
    print(f"{PEOPLE:,} people, {len(written) / 1e6:.0f} MB of XML")
    for name, work in steps.items():
        seconds = cpu(work)
        print(f"{name:32}{seconds:8.3f} s{seconds / base:10.1f} x floor")


if __name__ == "__main__":
    main()
