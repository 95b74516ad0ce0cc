"""Who comes and goes just as a room opens, closes or turns someone out: nobody stays where they may not, or is deaf."""

import asyncio

import pytest
from structlog.testing import capture_logs

from banyan.kit.problems import Unavailable
from banyan.kit.realtime import words
from banyan.kit.realtime.lately import Lately
from banyan.kit.realtime.live import LiveRoom
from tests.kit.realtime.scene import Scene, tell


def test_whoever_is_expelled_while_they_join_is_out() -> None:
    async def body(scene: Scene) -> None:
        connection, conversation, wire = scene.connect()

        def expel() -> None:
            scene.asked = lambda: None
            scene.expel(connection)

        scene.asked = expel
        await scene.join(conversation, 0)
        await asyncio.sleep(1)
        assert connection.rooms == {}
        assert wire.errors() == ["expelled"]
        scene.happen()
        await asyncio.sleep(1)
        assert wire.events() == []

    tell(body)


def test_whoever_may_come_again_after_an_expulsion_stays() -> None:
    async def body(scene: Scene) -> None:
        connection, conversation, wire = scene.connect()
        await scene.join(conversation)
        scene.expel(connection)
        await asyncio.sleep(1)
        assert wire.errors() == ["expelled"]
        scene.barred.clear()
        await scene.join(conversation)
        await asyncio.sleep(1)
        assert wire.errors() == ["expelled"]
        assert list(connection.rooms) == [scene.room]

    tell(body)


def test_in_doubt_someone_who_is_expelled_is_put_out() -> None:
    async def body(scene: Scene) -> None:
        connection, conversation, wire = scene.connect()
        await scene.join(conversation)
        scene.gone = True
        scene.expel(connection)
        await asyncio.sleep(1)
        assert (connection.rooms, wire.errors()) == ({}, ["expelled"])

    tell(body)


def test_a_session_that_ends_between_the_door_and_the_hall_is_noticed() -> None:
    async def body(scene: Scene) -> None:
        connection, _, wire = scene.connect(add=False)
        scene.end(connection)
        await asyncio.sleep(1)
        scene.hub.add(connection)
        await asyncio.sleep(1)
        assert wire.code == 4401

    tell(body)


def test_in_doubt_whether_a_session_has_ended_its_connection_comes_back() -> None:
    async def body(scene: Scene) -> None:
        connection, _, wire = scene.connect()
        _, _, other = scene.connect()
        scene.gone = True
        scene.end(connection)
        await asyncio.sleep(1)
        assert (wire.code, other.code) == (1012, None)

    tell(body)


def test_what_happens_while_a_room_is_opened_is_not_missed() -> None:
    """Also when nothing happens in it afterwards."""

    async def body(scene: Scene) -> None:
        def happen() -> None:
            scene.archive.before_answer = lambda: None
            scene.happen()

        scene.archive.before_answer = happen  # how far the room is has been read, and the room hears nothing yet
        _, conversation, wire = scene.connect()
        await scene.join(conversation, 0)
        await asyncio.sleep(1)
        assert wire.events() == [1]

    tell(body)


@pytest.mark.parametrize("turns", range(10))
def test_those_who_open_a_room_after_a_failure_are_in_one_room(turns: int) -> None:
    async def body(scene: Scene) -> None:
        scene.archive.turns = 3
        scene.archive.gone = True
        people = [scene.connect() for _ in range(6)]
        failing = [asyncio.create_task(scene.join(each[1])) for each in people[:3]]
        for _ in range(turns):
            await asyncio.sleep(0)
        scene.archive.gone = False
        joining = [asyncio.create_task(scene.join(people[3][1]))]
        await asyncio.gather(*failing)
        for each in people[4:]:
            joining.append(asyncio.create_task(scene.join(each[1])))
            await asyncio.sleep(0)
        joining += [asyncio.create_task(scene.join(each[1])) for each in people[:3]]
        await asyncio.gather(*joining)
        scene.happen()
        await asyncio.sleep(1)
        assert [wire.events() for _, _, wire in people] == [[1]] * 6
        assert len(scene.hub.rooms[scene.room].members) == 6

    tell(body)


def test_what_someone_opens_again_at_once_is_not_taken_away_by_who_failed_with_them() -> None:
    async def body(scene: Scene) -> None:
        scene.archive.turns = 5
        scene.archive.gone = True
        opened: list[LiveRoom] = []

        async def try_again() -> None:
            try:
                await scene.hub.open(scene.room)
            except Unavailable:
                scene.archive.gone = False
                opened.append(await scene.hub.open(scene.room))

        async def give_up() -> None:
            with pytest.raises(Unavailable):
                await scene.hub.open(scene.room)
            opened.append(await scene.hub.open(scene.room))

        await asyncio.gather(try_again(), give_up())
        assert len({id(live) for live in opened}) == 1

    tell(body)


def test_a_room_that_closes_while_someone_joins_is_opened_anew() -> None:
    async def body(scene: Scene) -> None:
        for _ in range(3):
            scene.archive.happen()
        await scene.hub.open(scene.room)

        def close() -> None:
            if scene.archive.asked[-1] == "LoggedEvent":
                scene.archive.before_answer = lambda: None
                scene.hub.close_room(scene.room)

        scene.archive.before_answer = close
        _, conversation, wire = scene.connect()
        await scene.join(conversation, 1)
        scene.happen()
        await asyncio.sleep(1)
        assert wire.events() == [2, 3, 4]

    tell(body)


def test_a_connection_that_goes_while_it_joins_comes_into_no_room() -> None:
    async def body(scene: Scene) -> None:
        connection, conversation, wire = scene.connect()

        def go() -> None:
            wire.code = 1001

        scene.asked = go
        await scene.join(conversation, 0)
        assert connection.rooms == {}
        assert not scene.hub.rooms[scene.room].members
        scene.hub.remove(connection)
        assert not scene.hub.connections
        assert not scene.hub._by_session

    tell(body)


def test_a_room_that_is_removed_puts_out_those_who_are_in_it() -> None:
    async def body(scene: Scene) -> None:
        connection, conversation, wire = scene.connect()
        await scene.join(conversation)
        scene.bus.publish(str(scene.room), words.encode(words.Closed()))
        assert (connection.rooms, wire.errors()) == ({}, ["expelled"])

    tell(body)


def test_an_error_that_nobody_has_thought_of_is_told_and_noted_and_the_next_frame_is_served() -> None:
    async def body(scene: Scene) -> None:
        _, conversation, wire = scene.connect()
        admit = scene._takes_turns

        async def fail() -> None:
            raise ValueError("no")

        scene._takes_turns = fail  # type: ignore[method-assign]
        with capture_logs() as logs:
            await scene.join(conversation)
        assert [log["event"] for log in logs] == ["unexpected"]
        assert [frame["status"] for frame in wire.heard_frames] == [500]
        scene._takes_turns = admit  # type: ignore[method-assign]
        await scene.join(conversation)
        assert wire.heard_frames[-1]["op"] == "joined"

    tell(body)


def test_what_happened_lately_is_forgotten_by_itself() -> None:
    async def body(_: Scene) -> None:
        lately = Lately()
        lately.note("one")
        await asyncio.sleep(100)
        lately.note("two")
        assert "one" in lately
        await asyncio.sleep(30)
        assert "one" not in lately
        assert "two" in lately
        lately.note("three")
        assert len(lately) == 2
        lately.note("two")
        await asyncio.sleep(100)
        assert "two" in lately

    tell(body)
