"""What was said before, over HTTP, from whichever node answers."""

import asyncio
import random
from collections.abc import Sequence

import httpx

from tests.cluster.ledger import Ledger
from tests.cluster.servers import HOST, Door

__all__ = ["History"]

_PAGE = 100
_AT_ONCE = 4  # requests; the nodes have enough to do


class History:
    """Reads what is said in groups, a page at a time."""

    def __init__(self, nodes: Sequence[Door], ledger: Ledger) -> None:
        self._ledger = ledger
        self._clients = [
            httpx.AsyncClient(base_url=f"{node.url}/api/v1", headers={"host": HOST}, timeout=3, trust_env=False)
            for node in nodes
        ]
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._asked: set[asyncio.Task[httpx.Response]] = set()

    async def after(self, room: str, seq: int, token: str) -> list[tuple[int, str]]:
        """The seqs and texts of the messages that follow, oldest first, up to a page of them."""
        group = room.partition(":")[2]
        while True:
            async with self._turn:
                try:
                    answer = await self._page(group, seq, token)
                except httpx.TransportError:  # this node is down; the other is not
                    continue
            if answer.status_code == 200:
                return [(message["seq"], message["text"]) for message in answer.json()["items"]]
            if answer.status_code != 503:
                self._ledger.wrong(f"messages after {seq} of {room}: {answer.status_code} {answer.text}")
            await asyncio.sleep(float(answer.headers.get("retry-after", 1)))

    async def _page(self, group: str, after: int, token: str) -> httpx.Response:
        """Ask for a page. Who asked may be called away: a request that is cut off leaves its connection open."""
        client = random.choice(self._clients)  # noqa: S311 -- no secret
        asked = asyncio.create_task(
            client.get(
                f"/groups/{group}/messages",
                params={"after": after, "limit": _PAGE},
                headers={"authorization": f"Bearer {token}"},
            )
        )
        self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)
        return await asyncio.shield(asked)

    async def close(self) -> None:
        """Let go of the connections."""
        await asyncio.gather(*self._asked, return_exceptions=True)
        for client in self._clients:
            await client.aclose()
