"""Cost of starting the command, beside the start of Python with click in the same run."""

import subprocess
import sys
import time
from pathlib import Path

RUN = "from khaithue.cli.main import main; main()"
SAMPLE = str(Path(__file__).parents[1] / "tests/samples/842_01-GTGT_HTKK567_M05-2026.xml")


def best(command: list[str]) -> float:
    """Least wall time of seven runs, seconds."""
    taken = []
    for _ in range(7):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Print the table."""
    floor = best([sys.executable, "-c", "import click"])
    for name, words in {
        "floor: python with click": ["-c", "import click"],
        "khaithue --version": ["-c", RUN, "--version"],
        "khaithue check": ["-c", RUN, "check", SAMPLE],
    }.items():
        seconds = best([sys.executable, *words])
        print(f"{name:28}{seconds * 1000:8.0f} ms{seconds / floor:8.1f} x floor")


if __name__ == "__main__":
    main()
