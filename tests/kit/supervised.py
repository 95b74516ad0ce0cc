"""Two `measuring` processes under a supervisor, as `banyan serve --workers 2` starts its own. Says port and folder."""

import asyncio
import socket
import sys

from banyan.cli.supervisor import Supervisor
from banyan.kit.shared_metrics import SharedMetrics

if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as door, SharedMetrics() as shared:
        sys.stdout.write(f"{door.getsockname()[1]} {shared.path}\n")
        sys.stdout.flush()
        sys.exit(asyncio.run(Supervisor([sys.executable, "-m", "tests.kit.measuring"], 2, [door], shared).run()))
