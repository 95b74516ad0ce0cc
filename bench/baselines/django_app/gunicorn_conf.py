"""gunicorn as the second seed configures it: five workers of two threads on two cores.

Left out, in Django's favour: its access log, and `max_requests`, which replaces a worker every thousand requests.
DJANGO_WORKERS sets another number of workers.
"""

import multiprocessing
import os

workers = int(os.environ.get("DJANGO_WORKERS") or multiprocessing.cpu_count() * 2 + 1)
worker_class = "gthread"
threads = 2
worker_connections = 1000
timeout = 120
graceful_timeout = 30
keepalive = 5
preload_app = True
loglevel = "warning"
control_socket_disable = True
