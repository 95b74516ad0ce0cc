"""A client that applies events has exactly what a client has that fetches everything anew.

In Zulip's manner: people do what comes to their mind; what was fetched before, brought up to date by the events since,
is compared with what is fetched afterwards.
"""

import asyncio
from collections.abc import Awaitable, Callable
from copy import deepcopy
from random import Random
from typing import Any

import msgspec
import pytest

from tests.messages import replica
from tests.messages.replica import State
from tests.messages.talk import Group, study_group
from tests.story import Person, School

GROUP = ("id", "name", "description", "admission", "places", "state", "version")  # what events tell of it
EMOJIS = ("👍", "❤️", "🎉", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "+1")


class Crowd:
    """People who do things at random, over HTTP; at times what they may not, which must change nothing."""

    def __init__(self, group: Group, seed: int) -> None:
        self.group = group
        self.teacher = group.course.teacher
        self.random = Random(seed)  # noqa: S311 -- the same each time
        self.seqs: list[int] = []
        self.texts: dict[str, list[str]] = {}  # all that each message ever said, by its path
        self.done: set[str] = set()
        self._number = 0

    async def act(self) -> None:
        """One thing."""
        someone = self.random.choice(self.group.people)
        acts: list[Callable[[Person], Awaitable[None]]] = [self.say] * 7
        acts += [self.join, self.leave, self.promote, self.mute, self.rename, self.rename_group]
        if self.seqs:
            acts += [self.reply, self.edit, self.delete, self.restore, self.react, self.unreact, self.pin] * 2
        act = self.random.choice(acts)
        await act(self.teacher if self.random.random() < 0.1 else someone)
        self.done.add(act.__name__)

    def _some(self) -> str:
        recent = self.seqs[-8:]
        return f"{self.group.path}/messages/{self.random.choice(recent)}"

    def _text(self) -> str:
        self._number += 1
        mention = f"[@x](mention:{self.random.choice(self.group.people).id})" if self._number % 3 == 0 else ""
        return f"secret-{self._number}-end {mention}" + "long " * self.random.choice([0, 0, 100])

    async def say(self, person: Person, **more: Any) -> None:
        files = []
        if self.random.random() < 0.2:
            sent = await person.client.post(f"{self.group.path}/files?name=note.txt", content=b"A note.")
            files = [sent.json()["id"]] if sent.status_code == 201 else []
        text = self._text()
        answer = await self.group.post(person, text, files=files, **more)
        if answer.status_code == 201:
            seq = answer.json()["seq"]
            self.seqs.append(seq)
            self.texts[f"{self.group.path}/messages/{seq}"] = [text]

    async def reply(self, person: Person) -> None:
        await self.say(person, reply_to=self.random.choice(self.seqs[-8:]))

    async def edit(self, person: Person) -> None:
        path, text = self._some(), self._text()
        if (await person.patch(path, {"text": text})).status_code == 200:
            self.texts[path].append(text)

    async def delete(self, person: Person) -> None:
        await person.delete(self._some())

    async def restore(self, person: Person) -> None:
        await person.post(f"{self._some()}/restoration")

    async def react(self, person: Person) -> None:
        await person.put(f"{self._some()}/reactions/{self.random.choice(EMOJIS)}", None)

    async def unreact(self, person: Person) -> None:
        await person.delete(f"{self._some()}/reactions/{self.random.choice(EMOJIS)}")

    async def pin(self, person: Person) -> None:
        path = f"{self._some()}/pin"
        await (person.put(path, None) if self.random.random() < 0.6 else person.delete(path))

    async def join(self, person: Person) -> None:
        await person.post(f"{self.group.path}/members", {})

    async def leave(self, person: Person) -> None:
        whom = person if self.random.random() < 0.5 else self.random.choice(self.group.people)
        await person.delete(f"{self.group.path}/members/{whom.id}")
        if self.random.random() < 0.5:
            await self.teacher.post(f"{self.group.path}/members", {"account": str(whom.id)})

    async def promote(self, _person: Person) -> None:
        whom, role = self.random.choice(self.group.people), self.random.choice(["member", "moderator"])
        await self.teacher.patch(f"{self.group.path}/members/{whom.id}", {"role": role})

    async def mute(self, person: Person) -> None:
        whom, minutes = self.random.choice(self.group.people), self.random.choice([0, 0, 5])
        await person.patch(f"{self.group.path}/members/{whom.id}", {"mute_minutes": minutes})

    async def rename(self, person: Person) -> None:
        self._number += 1
        await person.patch("/me", {"name": f"Name {self._number}"})

    async def rename_group(self, _person: Person) -> None:
        version = (await self.teacher.get(self.group.path)).json()["version"]
        change = {"version": version, "name": f"Group {version}", "places": self.random.choice([None, 2, 50])}
        await self.teacher.patch(self.group.path, change)


async def fetch(group: Group, person: Person) -> tuple[int, State]:
    """All that someone can fetch of a group, and the seq from which on events bring it up to date."""
    page = await group.read(person, limit=100)
    until, items = page["seq"], page["items"]
    while page["before"] is not None:
        page = await group.read(person, limit=100, before=page["before"])
        items = page["items"] + items
    members = (await person.get(f"{group.path}/members?limit=100")).json()["items"]
    view = (await person.get(group.path)).json()
    return until, replica.replica(items, members, {name: view[name] for name in GROUP})


async def bring_up_to_date(group: Group, state: State, after: int) -> State:
    """The state with the events since."""
    state = deepcopy(state)
    for event in await group.events(after):
        replica.apply(state, event.type, event.seq, msgspec.json.decode(event.data))
    return state


@pytest.mark.parametrize("seed", range(5))
async def test_what_was_fetched_and_all_events_since_is_what_is_fetched_anew(school: School, seed: int) -> None:
    group = await study_group(school)
    reader = group.course.teacher
    for role in ("moderator", "member", "member"):
        await group.member(role=role)
    crowd = Crowd(group, seed)
    fetched = [await fetch(group, reader)]
    for _ in range(6):
        # While they act, so that a fetch may have seen some of what happens after its seq.
        acting = [asyncio.create_task(crowd.act()) for _ in range(10)]
        fetched.append(await fetch(group, reader))
        await asyncio.gather(*acting)
        for _ in range(4):
            await crowd.act()
    await crowd.say(reader)
    await reader.delete(f"{group.path}/messages/{crowd.seqs[-1]}")
    _, fresh = await fetch(group, reader)
    assert len(fresh["messages"]) > 8
    for after, state in fetched:
        assert different(await bring_up_to_date(group, state, after), fresh) == []
    shown = (await reader.get(f"{group.path}/pins")).json()["items"]
    assert shown == replica.pins(fresh)
    await nothing_tells_what_was_deleted(crowd, fresh)


def different(one: Any, other: Any, where: str = "") -> list[str]:
    """Where two states differ, and how."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [line for name in one for line in different(one[name], other[name], f"{where}/{name}")]
    return [] if one == other else [f"{where}: {one} instead of {other}"]


async def nothing_tells_what_was_deleted(crowd: Crowd, fresh: State) -> None:
    """No event has what a deleted message ever said, be it that message's, its edits' or those that quote it."""
    log = b"".join(event.data for event in await crowd.group.events()).decode()
    deleted = [seq for seq, message in fresh["messages"].items() if message["deleted_at"] is not None]
    said = [text.split()[0] for seq in deleted for text in crowd.texts[f"{crowd.group.path}/messages/{seq}"]]
    assert said
    assert [text for text in said if text in log] == []


async def test_the_crowd_does_everything(school: School) -> None:
    group = await study_group(school)
    await group.member()
    crowd = Crowd(group, 99)
    for _ in range(150):
        await crowd.act()
    assert len(crowd.done) == 14
    assert {event.type for event in await group.events()} == set(replica.RULES)


async def test_a_wrong_event_would_be_noticed(school: School) -> None:
    group = await study_group(school)
    ann = group.people[0]
    after, state = await fetch(group, ann)
    seq = await group.say(ann, "One")
    await ann.put(f"{group.path}/messages/{seq}/pin", None)
    async with group.banyan.kit.db.write() as tx:
        await tx.execute("update message set pinned_at = null where group_id = $1", group.id)
    assert different(await bring_up_to_date(group, state, after), (await fetch(group, ann))[1]) == [
        f"/messages/{seq}/pinned: True instead of False"
    ]
