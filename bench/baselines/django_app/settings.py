"""Django's settings, as for production. DJANGO_DATABASE_URL says where PostgreSQL is."""

import os
from urllib.parse import parse_qs, urlsplit

_url = urlsplit(os.environ["DJANGO_DATABASE_URL"])

DEBUG = False
SECRET_KEY = "nothing is signed with it"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = ["bench.baselines.django_app.apps.Lms"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "bench.baselines.django_app.urls"
WSGI_APPLICATION = "bench.baselines.django_app.wsgi.application"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LOGGING_CONFIG = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _url.path.lstrip("/"),
        "USER": _url.username or "",
        "PASSWORD": _url.password or "",
        "HOST": parse_qs(_url.query).get("host", [_url.hostname or ""])[0],
        "PORT": _url.port or "",
        "CONN_MAX_AGE": 600,  # a thread keeps its connection; nothing is faster with threads that live on
        "OPTIONS": {"options": "-c search_path=lms -c jit=off"},
    }
}
