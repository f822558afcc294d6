"""The command run in this process, the real returns, and a demonstration authority."""

import atexit
import json
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from khaithue.cli.main import program
from khaithue.signing.demo_ca import DemoAuthority, DemoSubject, create

SAMPLES = Path(__file__).parent.parent / "samples"
VAT, WITHHOLDING, FINALISATION = (next(SAMPLES.glob(name)) for name in ("842*.xml", "864*.xml", "953*.xml"))
MST = "0319900012"
PASSWORD = "demo"  # noqa: S105 - of keys made by these tests
CLEAN = dict.fromkeys(("KHAITHUE_LANG", "KHAITHUE_DEBUG", "KHAITHUE_P12_PASSWORD", "COLUMNS"))


@dataclass(frozen=True)
class Said:
    """What one run of the command said and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        return [found["code"] for found in self.json["findings"]]


def khaithue(*args: object, **environment: str) -> Said:
    """Run the command; no run may ever show a traceback or a fault of the program."""
    result = CliRunner(env={**CLEAN, **environment}).invoke(program, [str(each) for each in args])
    assert "Traceback" not in result.output
    assert "INTERNAL" not in result.output
    return Said(result.exit_code, result.stdout, result.stderr)


@cache
def authority() -> DemoAuthority:
    """An authority with the key of one company that does not exist."""
    directory = tempfile.TemporaryDirectory()
    atexit.register(directory.cleanup)
    return create(Path(directory.name), [DemoSubject("CÔNG TY TNHH MẪU A", MST)], password=PASSWORD)
