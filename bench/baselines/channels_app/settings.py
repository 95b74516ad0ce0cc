"""Django's settings, as for production. DJANGO_DATABASE_URL and CHANNELS_REDIS_URL say where things are."""

import os
from urllib.parse import parse_qs, urlsplit

_url = urlsplit(os.environ["DJANGO_DATABASE_URL"])

DEBUG = False
SECRET_KEY = "nothing is signed with it"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
INSTALLED_APPS = ["channels", "bench.baselines.channels_app.apps.Talk"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.baselines.channels_app.urls"
ASGI_APPLICATION = "bench.baselines.channels_app.asgi.application"
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
        # What Django advises under ASGI, where a connection does not belong to a thread.
        "OPTIONS": {"options": "-c search_path=talk -c jit=off", "pool": {"min_size": 4, "max_size": 20}},
    }
}
CHANNEL_LAYERS = {
    "default": {
        # The faster of the two; the other, which queues in Redis, times out with a room of two thousand.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # Unless told, a hundred messages wait for a channel, and what comes after them is dropped.
        "CONFIG": {"hosts": [os.environ.get("CHANNELS_REDIS_URL", "redis://127.0.0.1:6379/0")], "capacity": 10_000},
    }
}
