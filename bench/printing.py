"""Cost of printing a long 05/QTT-TNCN as PDF: time and memory, beside a floor measured in the same run.

``python bench/printing.py [people]``, 10,000 people when not said.
"""

import resource
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from khaithue.exchange import returns_xml
from khaithue.printing.pdf import pdf
from khaithue.returns.model import Return, Row

PEOPLE = 10_000
SAMPLE = Path(__file__).parents[1] / "tests/samples/953_05-QTT-TNCN_HTKK578_Y2025.xml"


def long_return(people: int) -> Return:
    """The sample return with its one person repeated, each with another name and income."""
    ret = returns_xml.read(SAMPLE.read_bytes()).return_
    if ret is None:
        raise SystemExit("the sample does not read")
    first = ret.tables["people"][0].values
    rows = tuple(
        Row({**first, "07": f"Nguyễn Thị Bích Phượng {n}", "12": 63_720_000 + 1000 * n})
        for n in range(people)
    )
    return replace(ret, tables={**ret.tables, "people": rows})


def floor(ret: Return) -> int:
    """The least any printer must do: write every figure as text and compress it."""
    texts = (f"{value:,}" if type(value) is int else str(value) for value in _values(ret))
    return len(zlib.compress("\n".join(texts).encode()))


def _values(ret: Return) -> list[object]:
    return [value for row in ret.tables["people"] for value in row.values.values()]


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def memory() -> float:
    """The most memory the process has had, megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    ret = long_return(people)
    base, before, written = seconds(lambda: floor(ret)), memory(), []
    spent = seconds(lambda: written.append(pdf(ret)))
    print(f"{people:,} people, {len(written[0]) / 1e6:.1f} MB of PDF, {memory() - before:.0f} MB of memory")
    print(f"{'floor: write and compress texts':34}{base:8.3f} s")
    print(f"{'PDF':34}{spent:8.3f} s{spent / base:10.1f} x floor")


if __name__ == "__main__":
    main()
