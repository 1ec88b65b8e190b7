"""Settings of the one Django project. What differs between installations comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from linli.packs.discovery import pack_modules
from linli.site import postgres, secrets
from linli.site.folders import ROOT, VAR

CITY_FILE = Path(os.environ.get("LINLI_CITY", ROOT / "city.toml"))
SECRETS = secrets.load(VAR)
SERVER = postgres.describe(VAR, SECRETS)
DEMO = os.environ.get("LINLI_DEMO", "1") == "1"
PRODUCTION = os.environ.get("LINLI_PRODUCTION", "") == "1"

DEBUG = False
SECRET_KEY = SECRETS["django"]
PORT = int(os.environ.get("LINLI_PORT", "8000"))
HOST = os.environ.get("LINLI_HOST", "127.0.0.1")
# What the city calls itself on the net: own warnings bear it behind the @.
DOMAIN = os.environ.get("LINLI_DOMAIN", "linli.example")
ALLOWED_HOSTS = [name for name in os.environ.get("LINLI_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if name]

ROOMS = [
    "base",
    "areas",
    "accounts",
    "access",
    "notices",
    "files",
    "ui",
    "registers",
    "signals",
    "cases",
    "rules",
    "response",
    "warnings",
    "scoreboard",
    "desk",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_filters",
    "csp",
    *(f"linli.{room}" for room in ROOMS),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    *pack_modules(),
    "linli.site",
    "linli.packs",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "linli.accounts.middleware.OnDuty",
    "linli.ui.middleware.Refusals",
]
ROOT_URLCONF = "linli.site.urls"
ASGI_APPLICATION = "linli.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.ui.context.frame",
            ]
        },
    }
]


def _database(role: str) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": SERVER.database,
        "USER": role,
        "PASSWORD": SECRETS[role],
        "HOST": SERVER.host,
        "PORT": SERVER.port,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # the pool hands out no connection to a server that has since been started again
        "OPTIONS": {
            "connect_timeout": 10,
            **({"pool": {"min_size": 1, "max_size": 12, "timeout": 10}} if os.environ.get("LINLI_POOL") == "1" else {}),
        },
    }


# default serves and may do only what row-level security shows; owner migrates; gate alone reads personal tables.
DATABASES = {"default": _database("linli_app"), "owner": _database("linli_owner"), "gate": _database("linli_gate")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = f"linli_session_{PORT}"
CSRF_COOKIE_NAME = f"linli_csrf_{PORT}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION and os.environ.get("LINLI_TLS", "1") == "1"
# Senders of events are never redirected; the entrance refuses plain HTTP itself.
SECURE_REDIRECT_EXEMPT = [r"^in/v1/"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "worker-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "linli_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Built files carry a hash of their content in the name.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/ui/build/.+-[\w-]{8}\.\w+$"
FORM_RENDERER = "linli.ui.forms.KitRenderer"
CSRF_FAILURE_VIEW = "linli.ui.errors.no_permission"
MEDIA_ROOT = VAR / "files"
FILE_LIMIT_MB = int(os.environ.get("LINLI_FILE_LIMIT_MB", "50"))
# A virus scanner, as a command to which the path is added: "clamdscan --no-summary --fdpass" (none = no scan).
FILE_SCAN_COMMAND = os.environ.get("LINLI_SCAN_COMMAND", "").split()
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "linli.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "linli.accounts.forms.LoginForm",
    "reauthenticate": "linli.accounts.forms.PasswordAgainForm",
    "change_password": "linli.accounts.forms.ChangePasswordForm",
}
# Five wrong passwords lock the account for 15 minutes; one address may fail 60 times in that time.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/15m/ip,5/15m/key"}
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "linli.accounts.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "linli.accounts.forms.CodeForm",
    "reauthenticate": "linli.accounts.forms.CodeAgainForm",
    "activate_totp": "linli.accounts.forms.ActivateForm",
}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LINLI_LOG", "WARNING")},
}
