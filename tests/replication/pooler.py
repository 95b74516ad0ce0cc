"""PgBouncer in transaction mode before a server."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.services import free_port

__all__ = ["Pooler"]


class Pooler:
    """Gives few connections of a server to many clients, each for one transaction."""

    def __init__(self, folder: Path, port: int, *, servers: int = 3) -> None:
        found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        if found is None:
            pytest.fail("There is no pgbouncer on PATH. Install it (Debian: apt install pgbouncer), then try again.")
        self._program = found
        self.port = free_port()
        self.address = f"postgresql://banyan@127.0.0.1:{self.port}/banyan"
        folder.mkdir()
        (folder / "users.txt").write_text('"banyan" ""\n')
        self._file = folder / "pgbouncer.ini"
        self._file.write_text(
            f"""
            [databases]
            banyan = host=127.0.0.1 port={port} dbname=banyan
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {self.port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {folder}/users.txt
            pool_mode = transaction
            default_pool_size = {servers}
            max_client_conn = 500
            server_login_retry = 1
            """.replace("            ", "")
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it listens."""
        user = ["-u", "banyan-postgres"] if os.geteuid() == 0 else []
        if user:
            owner = pwd.getpwnam("banyan-postgres")
            os.chown(self._file.parent, owner.pw_uid, owner.pw_gid)
        self._process = subprocess.Popen([self._program, "-q", *user, str(self._file)], stdout=subprocess.DEVNULL)
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)
        pytest.fail("pgbouncer does not start")

    def stop(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
