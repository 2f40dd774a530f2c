"""The settings of the other side of `scan-cpu`: our tables and keys, with the middleware and DRF of a new project."""

from logistics import settings as own

globals().update({name: value for name, value in vars(own).items() if name.isupper()})

ROOT_URLCONF = "tests.bench.usual_side"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
REST_FRAMEWORK: dict[str, object] = {}
