"""What the stories about notifications share: someone is told of something, and the letters they get."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from banyan import notifications
from banyan.accounts import Person as Author
from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.notifications import GroupName, Notice, NoticeData
from banyan.settings import Settings, load
from tests.accounts.conftest import Letter, read_letter
from tests.conftest import run_jobs
from tests.smtp import SmtpServer
from tests.story import Person

GROUP = GroupName(id=new_id(), name="Night owls")
BO = Author(id=new_id(), name="Bo")


def notice(account_id: UUID, kind: Any = "mention", text: str = "Have a look.", seq: int = 7) -> Notice:
    return Notice(account_id, kind, NoticeData(group=GROUP, author=BO, seq=seq, text=text))


async def notify(banyan: Banyan, *notices: Notice) -> None:
    async with banyan.kit.db.write() as tx:
        await notifications.notify(banyan.kit, tx, notices)


async def told(person: Person, query: str = "") -> list[str]:
    """The texts of what someone was told, the newest first."""
    answer = await person.get(f"/notifications{query}")
    assert answer.status_code == 200, answer.text
    return [entry["data"]["text"] for entry in answer.json()["items"]]


async def prefer(person: Person, mail: str) -> None:
    assert (await person.put("/me/notifications", {"mail": mail})).json() == {"mail": mail}


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    server = SmtpServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def settings(settings: Settings, server: SmtpServer) -> Settings:
    """Mail goes to a real server."""
    return load(
        {},
        data=settings.data,
        server={"base_url": "https://demo.school"},
        mail={"url": f"smtp://127.0.0.1:{server.port}", "sender": "School <post@demo.school>"},
    )


class Post:
    """What the mail server has got."""

    def __init__(self, banyan: Banyan, server: SmtpServer) -> None:
        self._banyan = banyan
        self.server = server

    async def waiting(self) -> list[str]:
        """The letters that wait in the queue, by the names of their jobs."""
        return await self._banyan.kit.db.read().all(str, "select entrypoint from pgqueuer order by id")

    async def letters(self) -> list[Letter]:
        """All letters so far, once a quarter of an hour has passed and the jobs that send them are done."""
        async with self._banyan.kit.db.write() as tx:
            await tx.execute("update pgqueuer set execute_after = now()")
        await run_jobs(self._banyan, self._nothing_waits)
        contents = [envelope.content for envelope in self.server.got]
        return [read_letter(raw.replace(b"\r\n", b"\n")) for raw in contents if isinstance(raw, bytes)]

    async def _nothing_waits(self) -> bool:
        return not await self.waiting()


@pytest.fixture
def post(banyan: Banyan, server: SmtpServer) -> Post:
    return Post(banyan, server)
