"""Every choice of an installation, read once and strictly from the environment. Secrets may stand in files."""

import os
import sys
from pathlib import Path

from api.settings import REST_FRAMEWORK, SPECTACULAR_SETTINGS
from logistics import __version__
from logistics.setup import readers

__all__ = ["REST_FRAMEWORK", "SPECTACULAR_SETTINGS"]

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = __version__

# Where this installation keeps its database, files and keys.
DATA_DIR = Path(readers.text("NUANLIU_DATA", str(BASE_DIR / "var"))).resolve()
KEYS_DIR = DATA_DIR / "keys"
SECRET_KEY = readers.secret("SECRET_KEY", KEYS_DIR)
# Hashes API keys, so that a stolen table of hashes is worth nothing without it.
KEY_PEPPER = readers.secret("KEY_PEPPER", KEYS_DIR)
DATA_KEYS = Path(readers.text("DATA_KEYS", str(KEYS_DIR / "data-keys.json")))
CODE_MARK = readers.mark("NUANLIU_MARK", KEYS_DIR)
# Signs the checkpoints of the log: the seed of an Ed25519 key, 64 hexadecimal digits.
LOG_KEY = readers.secret("LOG_KEY", KEYS_DIR)
# At most 16 characters keep the QR at 29 x 29 modules.
CODE_HOST = readers.host("NUANLIU_HOST", "NUANLIU.EXAMPLE")
# Whose log it is: the name in every checkpoint.
LOG_ORIGIN = readers.text("LOG_ORIGIN", f"{CODE_HOST}/{CODE_MARK}".lower())

DEBUG = False
ALLOWED_HOSTS = readers.text("ALLOWED_HOSTS", f"127.0.0.1,localhost,{CODE_HOST.lower()}").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in readers.text("CSRF_TRUSTED_ORIGINS").split(",") if origin]
IS_HTTPS = readers.flag("NUANLIU_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if readers.flag("NUANLIU_BEHIND_PROXY") else None
# The proxies whose word counts on where a request comes from; keys may be bound to networks.
TRUSTED_PROXIES = readers.networks(
    "TRUSTED_PROXIES", "127.0.0.0/8,::1/128" if readers.flag("NUANLIU_BEHIND_PROXY") else ""
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Migrations run as the owner of the tables; everything else runs as a role that owns nothing.
_IS_MIGRATION = len(sys.argv) > 1 and sys.argv[1] == "migrate"
_OWNER_URL = readers.text("MIGRATION_DATABASE_URL")
DATABASE_URL = readers.text("DATABASE_URL")
DATABASES = {"default": readers.database(_OWNER_URL if _IS_MIGRATION and _OWNER_URL else DATABASE_URL, DATA_DIR)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
DATABASES["default"]["CONN_MAX_AGE"] = 0 if DATABASE_URL else None
DATABASE_ROLE = str(readers.database(DATABASE_URL, DATA_DIR).get("USER", "")) if _OWNER_URL else ""

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_tasks",
    "django_tasks_db",
    "logistics.storage",
    "logistics.journal",
    "logistics.outbox",
    "logistics.parties",
    "logistics.funds",
    "logistics.codes",
    "logistics.audits",
    "logistics.households",
    "logistics.stock",
    "logistics.donations",
    "logistics.needs",
    "logistics.volunteering",
    "logistics.lists",
    "logistics.parcels",
    "logistics.grants",
    "logistics.partners",
    "logistics.deliveries",
    "logistics.replies",
    "logistics.sponsorships",
    "logistics.ledgers",
    "logistics.press",
    "logistics.web",
    "logistics",
    "api",
]
AUTH_USER_MODEL = "parties.Person"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
CSRF_FAILURE_VIEW = "logistics.web.views.home.csrf_failed"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:home"

MIDDLEWARE = [
    "logistics.web.middleware.Watched",
    "django.middleware.security.SecurityMiddleware",
    "logistics.web.middleware.ContentSecurityPolicy",
    # What follows is for pages; a call with a key needs none of it.
    "api.key_calls.KeyCalls",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "logistics.web.middleware.RefusalsInWords",
]
ROOT_URLCONF = "logistics.urls"
WSGI_APPLICATION = "logistics.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "logistics.web.context.page",
            ],
        },
    }
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "logistics" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
MEDIA_ROOT = DATA_DIR / "files"
# Served straight from the packages: nothing to collect before the first start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

TASKS = {"default": {"BACKEND": readers.text("TASKS_BACKEND", "django_tasks_db.DatabaseBackend")}}

# Networks inside the house that partners' webhooks may reach, e.g. 10.8.0.0/16; none by default.
WEBHOOK_NETWORKS = [network for network in readers.text("WEBHOOK_NETWORKS").split(",") if network]
# Who vouches for endpoints with a certificate of a house of their own.
WEBHOOK_CA_FILE = readers.text("WEBHOOK_CA_FILE")
# Where mail goes out: smtp://user:password@host:port or smtps://...; printed on the console by default.
vars().update(readers.mail(readers.text("EMAIL_URL")))
DEFAULT_FROM_EMAIL = readers.text("EMAIL_FROM", f"nuanliu@{CODE_HOST.lower()}")

# What one key may ask: calls in a minute, and whole ledgers as files in an hour.
CALLS_PER_MINUTE = readers.whole("CALLS_PER_MINUTE", 30_000)
EXPORTS_PER_HOUR = readers.whole("EXPORTS_PER_HOUR", 120)

# How long a request may run under its Idempotency-Key; a crash keeps the key taken for as long.
CLAIM_SECONDS = readers.whole("CLAIM_SECONDS", 60, most=60)

# One call of the API; files have limits of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "logistics.setup.logs.TextLines"},
        "json": {"()": "logistics.setup.logs.JsonLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": readers.choice("NUANLIU_LOG_FORMAT", ("text", "json")),
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("NUANLIU_LOG_LEVEL", "WARNING")},
}
