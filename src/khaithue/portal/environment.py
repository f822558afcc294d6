"""Every environment variable the portal reads, in one place: name, default and meaning."""

import os
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Setting:
    """One environment variable: what it means and its value when it is not set."""

    default: str
    meaning: str


SETTINGS: dict[str, Setting] = {
    "KHAITHUE_DATA": Setting("var", "Directory of the database, keys, trust lists and demo files."),
    "KHAITHUE_DEBUG": Setting("0", "1 shows error details in pages. Never on a public machine."),
    "KHAITHUE_DEMO": Setting("0", "1 opens the demo: demo certificates, the inbox page, plain HTTP."),
    "KHAITHUE_HTTPS": Setting(
        "1", "0 when the portal is reached over plain HTTP: cookies lose the Secure mark."
    ),
    "KHAITHUE_HOSTS": Setting("localhost,127.0.0.1,[::1]", "Host names the portal answers to, with commas."),
    "KHAITHUE_SITE": Setting(
        "",
        "The portal's own address, with which links in e-mails begin: https://khaithue.example. When empty, "
        "the first of KHAITHUE_HOSTS, over plain HTTP with KHAITHUE_PORT.",
    ),
    "KHAITHUE_ORIGINS": Setting(
        "", "Origins (https://…) trusted for forms when a proxy stands before the portal."
    ),
    "KHAITHUE_PROXY_TLS": Setting("0", "1 when a proxy ends TLS and sets X-Forwarded-Proto itself."),
    "KHAITHUE_PROXY_HOPS": Setting(
        "0",
        "How many proxies before the portal add to X-Forwarded-For; 0 trusts the connection's own address.",
    ),
    "KHAITHUE_PASSWORD_LENGTH": Setting(
        "15", "Fewest characters of a new password, never below 8; less than 15 only with second factors."
    ),
    "KHAITHUE_SECRET_KEY": Setting(
        "",
        "Signs sessions, seals second factors and the secrets of webhooks; when empty, one is made and kept.",
    ),
    "KHAITHUE_SECRET_KEY_FALLBACKS": Setting(
        "", "Secrets used before, with commas: what they signed and sealed stays good."
    ),
    "KHAITHUE_TASKS": Setting(
        "database", "Where background work runs: database (the worker process) or immediate (in the request)."
    ),
    "KHAITHUE_TRANSACTION_PREFIX": Setting(
        "900", "First three digits of the transaction codes this portal gives."
    ),
    "KHAITHUE_ERAS": Setting(
        "",
        "First days of eras that differ from the law's: tt19:2021-05-03,tt89:2027-01-01; iHTKK is ihtkk.",
    ),
    "KHAITHUE_OFFICE_PASSWORD": Setting(
        "",
        "Password of office/office.p12 in the data directory; when empty, the file office/password has it.",
    ),
    "KHAITHUE_UPLOAD_BYTES": Setting("50000000", "Largest file a taxpayer may send, in bytes."),
    "KHAITHUE_API_RATE": Setting("120", "Most requests a token of the API may make in a minute."),
    "KHAITHUE_SANDBOX": Setting(
        "0", "1 lets anybody make test taxpayers for the API, whose filings reach nobody."
    ),
    "KHAITHUE_REQUEST_BYTES": Setting(
        "120000000", "Most bytes of files in one request, such as a batch or a ZIP, packed and unpacked."
    ),
    "KHAITHUE_BATCH_FILES": Setting("100", "Most files of one batch, returns and papers, or of a ZIP."),
    "KHAITHUE_ZIP_RATIO": Setting("200", "How many times its packed size a file of a ZIP may have."),
    "KHAITHUE_ZIP_DEPTH": Setting("8", "How many folders deep a file of a ZIP may lie."),
    "KHAITHUE_AUTO_ACCEPT": Setting(
        "0", "1 accepts at once each return that passed all checks; otherwise an officer decides."
    ),
    "KHAITHUE_LOG_LEVEL": Setting(
        "INFO", "Least grave level written to the log: DEBUG, INFO, WARNING or ERROR."
    ),
    "DATABASE_URL": Setting(
        "", "postgres://user:password@host/name; when empty, SQLite in the data directory."
    ),
    "KHAITHUE_SMTP_HOST": Setting("localhost", "Mail server."),
    "KHAITHUE_SMTP_PORT": Setting("25", "Its port."),
    "KHAITHUE_SMTP_USER": Setting("", "Its log-in; none when empty."),
    "KHAITHUE_SMTP_PASSWORD": Setting("", "Its password."),
    "KHAITHUE_SMTP_TLS": Setting("0", "1 asks STARTTLS of the mail server."),
    "KHAITHUE_SMTP_TIMEOUT": Setting("20", "Seconds to wait for the mail server."),
    "KHAITHUE_MAIL_FROM": Setting("khaithue@localhost", "Sender of the notices."),
    "KHAITHUE_ADDRESS": Setting("127.0.0.1", "Address `serve` listens on."),
    "KHAITHUE_PORT": Setting("8000", "Port `serve` listens on."),
    "KHAITHUE_WORKERS": Setting("2", "Worker processes of `serve`, one blocking thread each."),
}


def text(name: str) -> str:
    """The value of one documented variable; ``KeyError`` for an undocumented one."""
    return os.environ.get(name, SETTINGS[name].default)


def flag(name: str) -> bool:
    """Whether a variable is 1; ``ValueError`` for anything but 0, 1 and empty."""
    value = text(name)
    if value not in ("", "0", "1"):
        raise ValueError(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def number(name: str) -> int:
    """A variable as a whole number; ``ValueError`` naming the variable for anything else."""
    try:
        return int(text(name))
    except ValueError as error:
        raise ValueError(f"{name} must be a whole number, not {text(name)!r}") from error


def dated(name: str) -> dict[str, date]:
    """A variable written ``key:2026-12-31,…``; ``ValueError`` naming the variable for anything else."""
    try:
        pairs = [item.split(":") for item in listed(name)]
        return {key.strip(): date.fromisoformat(day.strip()) for key, day in pairs}
    except ValueError as error:
        raise ValueError(f"{name} must be written key:yyyy-mm-dd, not {text(name)!r}") from error


def listed(name: str) -> list[str]:
    """The items of a variable written with commas, blanks dropped."""
    return [item.strip() for item in text(name).split(",") if item.strip()]


def site(*, https: bool) -> str:
    """The portal's own address: scheme, host, port where it is not the usual one, no slash at the end.

    ``ValueError`` naming the variable when it is no such address, or none is told and no host is named. It is
    never read from a request: whoever sends one could then put a host of his own into somebody's e-mail.
    """
    told = text("KHAITHUE_SITE").rstrip("/")
    if not told:
        return _first_host(https=https)
    parts = urlsplit(told)
    if parts.scheme not in ("http", "https") or told != f"{parts.scheme}://{parts.netloc}" or "@" in told:
        raise ValueError(f"KHAITHUE_SITE must be written https://host, not {told!r}")
    return told


def _first_host(*, https: bool) -> str:
    named = [host.lstrip(".") for host in listed("KHAITHUE_HOSTS") if host != "*"]
    if not named:
        raise ValueError("KHAITHUE_SITE must be set, for KHAITHUE_HOSTS names no host")
    listening = text("KHAITHUE_ADDRESS")
    host = listening if listening in named else named[0]
    return f"https://{named[0]}" if https else f"http://{host}:{text('KHAITHUE_PORT')}"
