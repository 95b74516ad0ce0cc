"""A compose file, with the parts of the Compose Specification that `ops/compose` uses: no other is let pass."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
import yaml

__all__ = ["Compose", "Service", "read"]

Seconds = Annotated[str, msgspec.Meta(pattern=r"^\d+s$")]
Size = Annotated[str, msgspec.Meta(pattern=r"^\d+[kmg]$")]
Word = str | int | float


class Part(msgspec.Struct, forbid_unknown_fields=True):
    """A part of it."""


class Build(Part):
    """How an image is built."""

    context: str
    dockerfile: str
    target: str


class Condition(Part):
    """What a service waits for in another."""

    condition: Literal["service_healthy", "service_completed_successfully"]


class Healthcheck(Part):
    """Whether it serves."""

    test: list[str] = []
    interval: Seconds = "30s"
    timeout: Seconds = "30s"
    start_period: Seconds = "0s"
    retries: int = 3
    disable: bool = False


class Address(Part):
    """In a network."""

    ipv4_address: str


class Logging(Part):
    """Where output goes."""

    driver: Literal["json-file"]
    options: dict[str, str]


class Limits(Part):
    """Of the kernel's."""

    nofile: int


class Service(Part):
    """A container, or several."""

    image: str
    restart: Annotated[str, msgspec.Meta(pattern=r"^(unless-stopped|on-failure:\d+)$")]
    security_opt: list[Literal["no-new-privileges:true"]]
    logging: Logging
    healthcheck: Healthcheck
    networks: list[str] | dict[str, Address]
    build: Build | None = None
    command: list[Word] = []
    user: str = ""
    env_file: str = ""
    environment: dict[str, str] = {}
    ports: list[str] = []
    volumes: list[str] = []
    read_only: bool = False
    tmpfs: list[str] = []
    init: bool = False
    cap_drop: list[Literal["ALL"]] = []
    stop_signal: Literal["SIGTERM", "SIGINT"] = "SIGTERM"
    stop_grace_period: Seconds = "10s"
    ulimits: Limits | None = None
    depends_on: dict[str, Condition] = {}
    cpus: float = 0
    mem_limit: Size | None = None
    shm_size: Size | None = None


class Pool(Part):
    """Addresses of a network."""

    subnet: str
    ip_range: str


class Addresses(Part):
    """How they are given."""

    config: list[Pool]


class Network(Part):
    """What containers reach each other by."""

    ipam: Addresses | None = None


class Compose(Part):
    """The whole."""

    name: str
    services: dict[str, Service]
    volumes: dict[str, None]
    networks: dict[str, Network | None]


def read(file: Path) -> Compose:
    """A compose file; what begins with `x-` is there to be referred to.

    Raises:
        msgspec.ValidationError: it has a field that is not known here, lacks one, or has a wrong value.
    """
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    return msgspec.convert({key: value for key, value in document.items() if not key.startswith("x-")}, Compose)
