"""What the stories about accounts share: people who sign up and sign in by HTTP, and the letters they get."""

import email
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from banyan import accounts
from banyan.app import Banyan
from banyan.kit.actor import Role
from banyan.kit.database import Writer
from banyan.settings import Settings
from tests.conftest import run_jobs
from tests.story import School

PASSWORD = "a quiet library"


@dataclass
class Letter:
    """A letter, as its receiver reads it."""

    to: str
    subject: str
    text: str
    language: str

    @property
    def link(self) -> str:
        found = re.search(r"^https?://\S+$", self.text, re.MULTILINE)
        assert found, self.text
        return found.group()

    @property
    def token(self) -> str:
        return self.link.partition("#token=")[2]


def read_letter(raw: bytes) -> Letter:
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Letter(message["To"], message["Subject"], message.get_content(), message["Content-Language"])


class Post:
    """Everyone's letter box."""

    def __init__(self, banyan: Banyan, folder: Path) -> None:
        self._banyan = banyan
        self._folder = folder

    async def letters(self) -> list[Letter]:
        """All letters so far, once the jobs that send them are done."""
        await run_jobs(self._banyan, self._nothing_waits)
        return [read_letter(path.read_bytes()) for path in sorted(self._folder.glob("*.eml"))]

    async def last(self) -> Letter:
        return (await self.letters())[-1]

    async def _nothing_waits(self) -> bool:
        return not await self._banyan.kit.db.read().one(int, "select count(*) as waiting from pgqueuer")


@pytest.fixture
def post(banyan: Banyan, settings: Settings) -> Post:
    return Post(banyan, settings.data / "mail")


@pytest.fixture
def events(banyan: Banyan) -> list[Any]:
    """What is told to other domains, in order."""
    told: list[Any] = []
    tell = banyan.kit.db.emit

    async def emit(tx: Writer, event: Any) -> None:
        told.append(event)
        await tell(tx, event)

    banyan.kit.db.emit = emit
    return told


Account = accounts.Account
MakeAccount = Callable[..., Awaitable[Account]]


@pytest.fixture
def account(school: School) -> MakeAccount:
    """Makes an account with a password, `PASSWORD` unless told."""

    async def make(
        address: str = "ann@demo.school", name: str = "Ann", role: Role = "learner", password: str = PASSWORD
    ) -> Account:
        return await accounts.ensure_account(school.banyan.kit.db, school.id, address, name, password, role)

    return make


async def sign_in(
    client: httpx.AsyncClient, address: str = "ann@demo.school", password: str = PASSWORD, **headers: str
) -> httpx.Response:
    return await client.post("/sessions", json={"email": address, "password": password}, headers=headers)


def sign_up_body(**fields: object) -> dict[str, object]:
    return {"name": "Ann Lee", "email": "ann@demo.school", "password": PASSWORD} | fields


def pointers(answer: httpx.Response) -> list[str]:
    """The fields that an answer complains about."""
    return [error["pointer"] for error in answer.json().get("errors", [])]


def told(answer: httpx.Response) -> dict[str, object]:
    """All that an answer tells, but for the request's own id."""
    body = answer.json()
    body.pop("request_id", None)
    return {"status": answer.status_code, **body}
