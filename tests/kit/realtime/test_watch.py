"""The gateway's round: signs of life, words that were lost, and who may still be here."""

import asyncio
from typing import Any

from banyan.kit.realtime import watch
from tests.kit.realtime.scene import Scene, watched


def test_a_word_that_was_lost_with_the_answer_to_a_commit_is_made_up_for() -> None:
    """Also in a process alone: the event is on disk, and whoever stored it does not know."""

    async def body(scene: Scene) -> None:
        _, conversation, wire = scene.connect()
        await scene.join(conversation)
        scene.archive.happen()
        await asyncio.sleep(watch._COMPARE_EVERY + 3)
        assert wire.events() == [1]

    watched(body)


def test_peers_are_pinged_also_while_the_database_hangs() -> None:
    async def body(scene: Scene) -> None:
        _, conversation, wire = scene.connect()
        await scene.join(conversation)
        scene.archive.all = _for_ever  # type: ignore[assignment, method-assign]
        await asyncio.sleep(30)
        assert wire.pings > 5
        assert wire.open
        await asyncio.sleep(20)
        assert wire.code == 4408

    watched(body)


async def _for_ever(*_: Any) -> None:
    await asyncio.sleep(3600)


def test_a_peer_that_reads_slowly_but_reads_is_alive() -> None:
    async def body(scene: Scene) -> None:
        _, _, wire = scene.connect()
        wire.unread = 1000
        for _ in range(200):
            wire.unread -= 1
            await asyncio.sleep(1)
        assert wire.open
        await asyncio.sleep(50)
        assert wire.code == 4408

    watched(body)


def test_when_words_may_have_been_missed_everyone_is_looked_at_again_until_it_succeeds() -> None:
    async def body(scene: Scene) -> None:
        connection, conversation, wire = scene.connect()
        _, other, stays = scene.connect()
        await scene.join(conversation)
        await scene.join(other)
        scene.barred.add(connection.actor.id)
        scene.gone = scene.archive.gone = True
        for call in scene.bus._lost:
            call()
        await asyncio.sleep(5)
        assert wire.errors() == stays.errors() == []
        assert stays.open
        scene.gone = scene.archive.gone = False
        await asyncio.sleep(3)
        assert wire.errors() == ["expelled"]
        assert stays.errors() == []

    watched(body)
