"""A process that is told to stop lets its clients go, a few at a time, with a code to come back with."""

import asyncio
import signal

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.faults.installation import Installation

CLIENTS = 200


async def _closed(wire: ClientConnection) -> tuple[float, int]:
    """When and with which code the server closes."""
    try:
        async for _ in wire:
            pass
    except ConnectionClosed:
        pass
    return asyncio.get_running_loop().time(), wire.close_code or 0


async def test_a_process_that_stops_lets_its_clients_go_one_after_another(installation: Installation) -> None:
    await asyncio.to_thread(installation.start)
    learner = await installation.sign_in("learner")
    headers = {"authorization": learner.headers["authorization"]}
    await learner.aclose()
    address = installation.url.replace("http", "ws") + "/ws"
    wires = [
        await connect(address, additional_headers=headers, compression=None, proxy=None, ping_interval=None)
        for _ in range(CLIENTS)
    ]
    await wires[0].send('{"op":"ping"}')
    assert await wires[0].recv() == '{"op":"pong"}'
    async with httpx.AsyncClient(base_url=installation.url) as watcher:
        assert (await watcher.get("/ready")).status_code == 200  # on a connection that is kept
        watching = [asyncio.create_task(_closed(wire)) for wire in wires]
        began = asyncio.get_running_loop().time()
        stopping = asyncio.create_task(asyncio.to_thread(installation.stop, signal.SIGTERM))
        await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
        assert (await watcher.get("/ready")).status_code == 503
        ends = await asyncio.gather(*watching)
    assert await stopping == 0
    assert {code for _, code in ends} == {1012}
    times = sorted(time - began for time, _ in ends)
    assert times[-1] - times[0] > 2, "spread over several seconds"
    largest = max(sum(start <= time < start + 0.1 for time in times) for start in times)
    assert largest <= CLIENTS // 5, "never many at once"
    assert asyncio.get_running_loop().time() - began < 15
    assert "Traceback" not in installation.output
    assert installation.processes() == []


async def test_behind_a_proxy_it_takes_new_connections_until_it_has_been_noticed(installation: Installation) -> None:
    settings = {"BANYAN_SERVER_PROXIES": "127.0.0.1", "BANYAN_SERVER_DRAIN_SECONDS": "3"}
    await asyncio.to_thread(installation.start, **settings)
    stopping = asyncio.create_task(asyncio.to_thread(installation.stop, signal.SIGTERM))
    while (await asyncio.to_thread(httpx.get, f"{installation.url}/ready")).status_code == 200:
        pass
    answer = await asyncio.to_thread(httpx.get, f"{installation.url}/api/v1/school")
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")
    assert await stopping == 0
