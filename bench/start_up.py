"""Cost of starting the command, beside the start of Python with click in the same run."""

import subprocess
import sys
import time


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
    sample = "tests/samples/842_01-GTGT_HTKK567_M05-2026.xml"
    for name, words in {
        "floor: python with click": ["-c", "import click"],
        "khaithue --version": ["-m", "khaithue.cli.main", "--version"],
        "khaithue check": ["-m", "khaithue.cli.main", "check", sample],
    }.items():
        seconds = best([sys.executable, *words])
        print(f"{name:28}{seconds * 1000:8.0f} ms{seconds / floor:8.1f} x floor")


if __name__ == "__main__":
    main()
