"""The portal as a whole: models and migrations agree, and Django's own deployment checks find nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_every_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_djangos_deployment_checks_find_nothing_in_the_default_settings(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "SYSTEMROOT")}
    result = subprocess.run(
        [sys.executable, "-m", "khaithue.portal", "check", "--deploy", "--fail-level", "WARNING"],
        env={**kept, "KHAITHUE_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
