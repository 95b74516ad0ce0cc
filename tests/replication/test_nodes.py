"""The primary is found among several nodes, whatever the others do."""

import asyncio

import pytest

from banyan.kit import migrations
from banyan.kit.nodes import Nodes, NoPrimary
from tests.replication.cluster import Cluster
from tests.services import free_port


async def test_a_node_that_takes_connections_and_says_nothing_holds_nobody_up(nodes: Cluster) -> None:
    heard = asyncio.Event()

    async def be_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set()
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(be_silent, "127.0.0.1", 0)
    ports = [silent.sockets[0].getsockname()[1], free_port(), nodes.standbys[0].port, nodes.primary.port]
    several = Nodes(f"postgresql://banyan@{','.join(f'127.0.0.1:{port}' for port in ports)}/banyan")
    try:
        async with asyncio.timeout(2):  # as long as the monitor waits
            connection = await several.connect()
        assert heard.is_set()
        assert await connection.fetchval("select pg_is_in_recovery()") is False
        await connection.close()
        heard.clear()
        await (await several.connect()).close()
        assert not heard.is_set(), "the primary is asked first from now on"
        nodes.primary.kill()
        with pytest.raises(NoPrimary, match="a standby"):
            await several.connect()
    finally:
        silent.close()
        await silent.wait_closed()


async def test_migrations_are_applied_where_the_primary_is(nodes: Cluster) -> None:
    await nodes.primary.ask("create database younger")
    ports = [nodes.standbys[0].port, nodes.primary.port]
    several = f"postgresql://banyan@{','.join(f'127.0.0.1:{port}' for port in ports)}/younger"
    assert await migrations.migrate(several) == (await migrations.status(several)).applied
    assert (await migrations.status(several)).waiting == []
