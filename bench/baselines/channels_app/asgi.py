"""What uvicorn serves: uvicorn … bench.baselines.channels_app.asgi:application."""

import gc
import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.baselines.channels_app.settings")
http = get_asgi_application()  # sets Django up: consumers need its models

from bench.baselines.channels_app.consumers import RoomConsumer  # noqa: E402

# Nobody advises it, but with two thousand consumers the garbage collector would take half of the time.
gc.set_threshold(200_000, 50, 1_000)

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter([path("ws", RoomConsumer.as_asgi())])})
