"""The service's settings, from the environment that `quasimarket serve` prepares.

QUASIMARKET_DATABASE_APP    where the service connects, as the role without privileges
QUASIMARKET_DATABASE_OWNER  where migrations connect; only `db` commands need it
QUASIMARKET_SIGNING_SECRET  signs the scope of every transaction
QUASIMARKET_SECRET_KEY      signs sessions
QUASIMARKET_STATE           the folder of documents and exports
QUASIMARKET_HOSTS           names under which the service is reached, parted by commas
QUASIMARKET_METRICS_TOKEN   with which /metrics may be read from elsewhere
QUASIMARKET_HTTPS           "1" where a proxy speaks HTTPS and says so itself in
                            X-Forwarded-Proto: no page is then given without it
QUASIMARKET_TRUSTED_PROXIES addresses and networks of proxies, parted by commas, that
                            are believed about whom they pass on; none unless given
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy

from quasimarket.service.people.client_address import networks


def database_at(url: str) -> dict[str, Any]:
    """Read a URL; what stands after "?" goes to PostgreSQL's own library as it is."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    host = parts.hostname or given.pop("host", "127.0.0.1")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "quasimarket",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "quasimarket", **given},
    }


BASE_DIR = Path(__file__).parent
STATE = Path(os.environ.get("QUASIMARKET_STATE", "runs/service"))
SECRET_KEY = os.environ.get("QUASIMARKET_SECRET_KEY", "")
SIGNING_SECRET = os.environ.get("QUASIMARKET_SIGNING_SECRET", "")
HTTPS = os.environ.get("QUASIMARKET_HTTPS") == "1"
TRUSTED_PROXIES = networks(os.environ.get("QUASIMARKET_TRUSTED_PROXIES", ""))
METRICS_TOKEN = os.environ.get("QUASIMARKET_METRICS_TOKEN", "")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("QUASIMARKET_HOSTS", "127.0.0.1,localhost").split(",")
DATABASES = {
    "default": database_at(os.environ.get("QUASIMARKET_DATABASE_APP", "")),
    "owner": database_at(os.environ.get("QUASIMARKET_DATABASE_OWNER", "")),
}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "quasimarket.service.pages",  # its templates and those of people come first
    "quasimarket.service.people",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "procrastinate.contrib.django",
    "quasimarket.service.log",
    "quasimarket.service.programme",
    "quasimarket.service.participation",
    "quasimarket.service.claims",
    "quasimarket.service.payments",
    "quasimarket.service.chain",
    "quasimarket.service.fairness",
    "quasimarket.service.interface",
    "quasimarket.service.upkeep",
]
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "quasimarket.service.urls"
WSGI_APPLICATION = "quasimarket.service.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "quasimarket.service.people.client_address.ClientAddress",
    "quasimarket.service.upkeep.health.Probes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "quasimarket.service.upkeep.access.AccessLog",
    "quasimarket.service.people.request_scope.RequestScope",
    "quasimarket.service.upkeep.outage.StatementLimits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "quasimarket.service.people.request_scope.UserScope",
    "quasimarket.service.programme.read_once.ProgrammeReadOnce",
    "quasimarket.service.people.sign_in_gate.SignInGate",
    "quasimarket.service.pages.refused_pages.RefusedPages",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quasimarket.service.pages.frame.frame",
            ],
        },
    }
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["quasimarket.service.people.hashing.PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]  # Django's own shape
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "quasimarket.service.people.sign_in_adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "quasimarket.service.people.sign_in_forms.LoginForm",
    "reauthenticate": "quasimarket.service.people.sign_in_forms.ReauthenticateForm",
    "change_password": "quasimarket.service.people.sign_in_forms.ChangePasswordForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": ""}  # axes locks, for all workers together
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "quasimarket.service.people.sign_in_adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "quasimarket.service.people.sign_in_forms.AuthenticateForm",
    "reauthenticate": "quasimarket.service.people.sign_in_forms.CodeAgainForm",
    "activate_totp": "quasimarket.service.people.sign_in_forms.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", gettext_lazy("English")), ("cy", gettext_lazy("Cymraeg"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
"""Static files are served from the rooms: there is no step to collect them."""
MEDIA_ROOT = STATE / "documents"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 15 * 60
SESSION_SAVE_EVERY_REQUEST = True
"""Fifteen minutes without a request end a session."""
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
"""The proxy and its neighbours ask these in the open, and nothing in them is secret."""
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "quasimarket.service.people.sign_in_lockout.username_of"
AXES_LOCKOUT_CALLABLE = "quasimarket.service.people.sign_in_lockout.locked_out"
CSRF_FAILURE_VIEW = "quasimarket.service.pages.error_pages.stale_form"
AXES_VERBOSE = False
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "upkeep_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
"""Shared by all workers: that a code has been used must be known to each."""
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "quasimarket.service.upkeep.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING"}},
}
