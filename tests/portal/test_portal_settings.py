"""Settings: secure unless told otherwise, each documented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from khaithue.portal import environment
from khaithue.portal.secret import kept_secret

SOURCE = Path(environment.__file__).parent


def run_settings(tmp_path: Path, expression: str, **variables: str) -> str:
    """The value of an expression over settings loaded in a process of its own."""
    code = f"from khaithue.portal import settings; print({expression})"
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "SYSTEMROOT")}
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "KHAITHUE_DATA": str(tmp_path / "data"), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip() or result.stderr


def test_every_variable_that_is_read_is_documented_and_every_documented_one_is_read() -> None:
    calls = re.compile(r'\b(?:text|flag|number|listed|dated)\("([A-Z_]+)"\)')
    read = {name for path in SOURCE.rglob("*.py") for name in calls.findall(path.read_text(encoding="utf-8"))}
    assert read == set(environment.SETTINGS)


def test_the_environment_is_read_in_one_place_only() -> None:
    readers = {
        path.name for path in SOURCE.rglob("*.py") if re.search(r"os\.(environ\b|getenv)", path.read_text())
    }
    assert readers <= {"environment.py", "wsgi.py", "__main__.py"}


def test_cookies_are_secure_unless_the_portal_is_a_demo(tmp_path: Path) -> None:
    expression = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT"
    assert run_settings(tmp_path, expression) == "True True True"
    assert run_settings(tmp_path, expression, KHAITHUE_DEMO="1") == "False False False"


def test_a_database_url_chooses_postgresql(tmp_path: Path) -> None:
    expression = "settings.DATABASES['default']['ENGINE']"
    assert run_settings(tmp_path, expression) == "django.db.backends.sqlite3"
    assert run_settings(tmp_path, expression, DATABASE_URL="postgres://u:p@h/n").endswith("postgresql")


def test_a_flag_that_is_neither_0_nor_1_is_refused_by_name(tmp_path: Path) -> None:
    assert "KHAITHUE_DEBUG must be 0 or 1, not 'yes'" in run_settings(tmp_path, "1", KHAITHUE_DEBUG="yes")


def test_passwords_have_fifteen_characters_unless_told_otherwise_and_never_less_than_eight(
    tmp_path: Path,
) -> None:
    assert run_settings(tmp_path, "settings.PASSWORD_LENGTH") == "15"
    for told, length in {"8": "8", "4": "8", "20": "20"}.items():
        assert run_settings(tmp_path, "settings.PASSWORD_LENGTH", KHAITHUE_PASSWORD_LENGTH=told) == length


def test_the_portals_own_address_is_told_or_that_of_its_first_host(tmp_path: Path) -> None:
    told: dict[str, dict[str, str]] = {
        "https://localhost": {},
        "http://127.0.0.1:8000": {"KHAITHUE_DEMO": "1"},
        "http://may-chu:9000": {"KHAITHUE_DEMO": "1", "KHAITHUE_HOSTS": "may-chu", "KHAITHUE_PORT": "9000"},
        "https://thue.vn": {"KHAITHUE_HOSTS": ".thue.vn,*"},
        "https://khai.thue.vn:8443": {"KHAITHUE_SITE": "https://khai.thue.vn:8443/"},
    }
    found = [run_settings(tmp_path, "settings.SITE", **variables) for variables in told.values()]
    assert found == list(told)


@pytest.mark.parametrize(
    "address", ["thue.vn", "ftp://thue.vn", "https://thue.vn/portal", "https://a@thue.vn"]
)
def test_an_address_of_the_portal_that_is_none_is_refused_by_name(tmp_path: Path, address: str) -> None:
    assert "KHAITHUE_SITE must be written" in run_settings(tmp_path, "1", KHAITHUE_SITE=address)


def test_a_portal_that_answers_to_every_host_must_be_told_its_own(tmp_path: Path) -> None:
    assert "KHAITHUE_SITE must be set" in run_settings(tmp_path, "1", KHAITHUE_HOSTS="*")
    assert run_settings(tmp_path, "1", KHAITHUE_HOSTS="*", KHAITHUE_SITE="https://thue.vn") == "1"


def test_a_number_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    assert "KHAITHUE_SMTP_PORT must be a whole number" in run_settings(
        tmp_path, "1", KHAITHUE_SMTP_PORT="smtp"
    )


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = kept_secret(tmp_path / "secret_key")
    assert first == kept_secret(tmp_path / "secret_key")
    assert len(first) >= 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_pages_may_load_nothing_from_elsewhere_and_run_no_inline_script() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'self'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert not any("unsafe" in source for sources in directives.values() for source in sources)


@pytest.mark.django_db
def test_sqlite_syncs_every_commit_and_takes_the_write_lock_at_the_start() -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is used")
    with connection.cursor() as cursor:
        facts = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert facts == ["wal", 2]
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
