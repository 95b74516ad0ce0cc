"""Redis for what needs one: without persistence, beside PostgreSQL on the cores of the load."""

from bench.machine import Cores
from bench.program import Program
from bench.servers import free_port

__all__ = ["Broker"]


class Broker(Program):
    """A running Redis."""

    def __init__(self, cores: Cores) -> None:
        port = free_port()
        self.url = f"redis://127.0.0.1:{port}/0"
        keeps_nothing = ["--save", "", "--appendonly", "no"]
        super().__init__("redis-server", ["--port", str(port), "--bind", "127.0.0.1", *keeps_nothing], port, cores)
