"""See that the tests find the programs that no package registry has: Chromium, Redis, PgBouncer,
etcd, nginx, OpenSSL, promtool, systemd-analyze and Docker Compose.

As root on Debian what is missing is installed by apt. Elsewhere it is said what to install; with CI=true that is a
failure. Silent when everything is there.
"""

import os
import shutil
import subprocess
import sys

# By Debian package: what it is called, and the names under which it may be on PATH, or be part of what is.
PROGRAMS = {
    "chromium": ("Chromium", ("chromium", "chromium-browser", "google-chrome")),
    "redis-server": ("Redis", ("redis-server",)),
    "etcd-server": ("etcd", ("etcd",)),
    "pgbouncer": ("PgBouncer", ("pgbouncer",)),
    "nginx": ("nginx", ("nginx",)),
    "openssl": ("OpenSSL", ("openssl",)),
    "prometheus": ("promtool", ("promtool",)),
    "systemd": ("systemd-analyze", ("systemd-analyze",)),
    "docker-compose": ("Docker Compose", ("docker-compose", "docker compose")),
}


def missing() -> list[str]:
    """The packages of which no program is on PATH."""
    return [package for package, (_, names) in PROGRAMS.items() if not any(map(_found, names))]


def _found(name: str) -> bool:
    program, *part = name.split()
    path = shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if path is None or not part:
        return path is not None
    return subprocess.run([path, *part, "version"], capture_output=True, check=False).returncode == 0


def install(packages: list[str]) -> None:
    """Let apt install `packages`. RUNLEVEL keeps it from starting them as services."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "-qq", *command], env=environment, stdout=subprocess.DEVNULL, check=False)


def main() -> int:
    """The exit status."""
    wanted = missing()
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stdout.write(f"installing {' and '.join(wanted)} by apt\n")
        install(wanted)
        wanted = missing()
    for package in wanted:
        name, names = PROGRAMS[package]
        sys.stderr.write(
            f"{name} is missing: none of {', '.join(names)} is on PATH. The tests that need it will fail. "
            f"Install it (Debian: apt install {package}).\n"
        )
    return 1 if wanted and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
