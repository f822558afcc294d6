"""Django settings of the portal, secure by default. What may be set is in ``environment.SETTINGS``."""

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from khaithue.portal.environment import dated, flag, listed, number, site, text
from khaithue.portal.secret import kept_secret

DATA_DIR = Path(text("KHAITHUE_DATA")).resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
DEBUG = flag("KHAITHUE_DEBUG")
DEMO = flag("KHAITHUE_DEMO")
HTTPS = flag("KHAITHUE_HTTPS") and not DEBUG and not DEMO

SECRET_KEY = text("KHAITHUE_SECRET_KEY") or kept_secret(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = listed("KHAITHUE_SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = listed("KHAITHUE_HOSTS")
SITE = site(https=HTTPS)
CSRF_TRUSTED_ORIGINS = listed("KHAITHUE_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "khaithue.portal.audit",
    "khaithue.portal.accounts",
    "khaithue.portal.mail",
    "khaithue.portal.login",
    "khaithue.portal.drafts",
    "khaithue.portal.filing",
    "khaithue.portal.notices",
    "khaithue.portal.history",
    "khaithue.portal.office",
    "khaithue.portal.registration",
    "khaithue.portal.duties",
    "khaithue.portal.api",
    "khaithue.portal.service",
    "khaithue.portal.demo",
    "khaithue.portal.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "khaithue.portal.web.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "khaithue.portal.login.middleware.ListedSession",
    "khaithue.portal.login.middleware.FirstPasswordChanged",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "khaithue.portal.urls"
CSRF_FAILURE_VIEW = "khaithue.portal.web.views.errors.csrf_failure"
WSGI_APPLICATION = "khaithue.portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(DATA_DIR / "portal.sqlite3"),
    "CONN_MAX_AGE": 600,
    "OPTIONS": {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    },
}
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(text("DATABASE_URL"), conn_max_age=600, conn_health_checks=True)
    if text("DATABASE_URL")
    else SQLITE
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = ["khaithue.portal.login.finding.NameOrEmail"]
PASSWORD_LENGTH = max(number("KHAITHUE_PASSWORD_LENGTH"), 8)
PASSWORD_RESET_TIMEOUT = 3600
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"khaithue.portal.login.passwords.{name}", "OPTIONS": options}
    for name, options in {
        "LongEnough": {"shortest": PASSWORD_LENGTH},
        "NotKnown": {},
        "NotAboutTheUser": {},
    }.items()
]
PROXY_HOPS = number("KHAITHUE_PROXY_HOPS")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

UPLOAD_BYTES = number("KHAITHUE_UPLOAD_BYTES")
DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20_000  # the handler below refuses far fewer, with words
FILE_UPLOAD_HANDLERS = [
    "khaithue.portal.receiving.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
REQUEST_BYTES = number("KHAITHUE_REQUEST_BYTES")
BATCH_FILES = number("KHAITHUE_BATCH_FILES")
ZIP_RATIO = number("KHAITHUE_ZIP_RATIO")
ZIP_DEPTH = number("KHAITHUE_ZIP_DEPTH")
AUTO_ACCEPT = flag("KHAITHUE_AUTO_ACCEPT")
FILE_UPLOAD_PERMISSIONS = 0o600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # the portal decides for its own host only
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("KHAITHUE_PROXY_TLS") else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = text("KHAITHUE_SMTP_HOST")
EMAIL_PORT = number("KHAITHUE_SMTP_PORT")
EMAIL_HOST_USER = text("KHAITHUE_SMTP_USER")
EMAIL_HOST_PASSWORD = text("KHAITHUE_SMTP_PASSWORD")
EMAIL_USE_TLS = flag("KHAITHUE_SMTP_TLS")
EMAIL_TIMEOUT = number("KHAITHUE_SMTP_TIMEOUT")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("KHAITHUE_MAIL_FROM")

TASK_BACKENDS = {
    "database": "django_tasks_db.DatabaseBackend",
    "immediate": "django_tasks.backends.immediate.ImmediateBackend",
}
TASKS = {"default": {"BACKEND": TASK_BACKENDS[text("KHAITHUE_TASKS")]}}

ERAS = dated("KHAITHUE_ERAS")
OFFICE_PASSWORD = text("KHAITHUE_OFFICE_PASSWORD")
TRANSACTION_PREFIX = text("KHAITHUE_TRANSACTION_PREFIX")

API_RATE = number("KHAITHUE_API_RATE")
SANDBOX = flag("KHAITHUE_SANDBOX")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"mail.log": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": text("KHAITHUE_LOG_LEVEL")},
}
