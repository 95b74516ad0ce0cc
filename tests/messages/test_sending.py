"""Saying something in a group: kept once, in one order, whoever else speaks."""

import asyncio
from uuid import UUID

import msgspec
import pytest

from banyan.app import Banyan
from banyan.kit.ids import new_id
from banyan.kit.problems import Problem, Unavailable
from banyan.kit.realtime import log
from banyan.messages import SendMessage, send
from banyan.settings import Settings
from tests.messages.talk import actor, sent_file, study_group
from tests.story import Person, School, published_course


async def test_what_is_said_is_read_by_the_others(school: School) -> None:
    group = await study_group(school)
    ann, ben = await group.member("Ann"), await group.member("Ben")
    answer = await group.post(ann, "Look: *roots* & <b>bark</b>")
    assert answer.status_code == 201
    said = answer.json()
    assert (said["seq"], said["author"]) == (1, {"id": str(ann.id), "name": "Ann"})
    assert said["html"] == "<p>Look: <em>roots</em> &amp; <b>bark</b></p>\n"
    page = await group.read(ben)
    assert page["items"] == [said]
    assert (page["seq"], page["before"], page["after"]) == (1, None, None)


async def test_an_event_says_exactly_what_is_read_afterwards(school: School) -> None:
    group = await study_group(school)
    ann, ben = await group.member("Ann"), await group.member("Ben")
    first = await group.say(ann, "One")
    await group.say(ben, f"Two, [@Ann](mention:{ann.id})", reply_to=first)
    events = await group.events()
    assert [msgspec.json.decode(event.data) for event in events] == (await group.read(ann))["items"]


async def test_the_same_key_stores_once_and_answers_the_same(school: School) -> None:
    group = await study_group(school)
    ann, ben = await group.member(), await group.member()
    first = await group.post(ann, "Once", key="k")
    again = await group.post(ann, "Twice?", key="k")
    assert (again.status_code, again.json()) == (201, first.json())
    assert (await group.post(ben, "Another's", key="k")).json()["seq"] == 2
    assert [one["text"] for one in (await group.read(ann))["items"]] == ["Once", "Another's"]


async def test_a_key_that_is_known_is_answered_even_when_nothing_may_be_said_any_more(school: School) -> None:
    group = await study_group(school)
    ann = await group.member()
    await group.say(ann, "Before", key="k")
    await group.mute(ann)
    assert (await group.post(ann, "Before", key="k")).json()["seq"] == 1
    assert (await group.post(ann, "Now", key="l")).json()["code"] == "muted"


async def test_the_same_key_many_times_at_once_stores_once(school: School) -> None:
    group = await study_group(school)
    ann = await group.member()
    kit, who = school.banyan.kit, actor(ann)
    seqs = await asyncio.gather(*(send(kit, who, group.id, "k", SendMessage(text="Once")) for _ in range(100)))
    assert set(seqs) == {1}
    assert len(await group.events()) == 1


async def test_a_crowd_in_several_groups_leaves_no_gap_and_keeps_everyone_s_order(school: School) -> None:
    course = await published_course(await school.teacher())
    groups = [await study_group(school, course) for _ in range(3)]
    crowd = [await groups[0].member() for _ in range(20)]
    for group in groups[1:]:
        for person in crowd:
            await group.join(person)
    kit = school.banyan.kit
    sent = [
        (group, person, number)
        for number in range(10)
        for person in crowd
        for group in groups
        if (number + crowd.index(person)) % 3 == groups.index(group)
    ]
    assert len(sent) == 200
    await asyncio.gather(
        *(
            send(
                kit, actor(person), group.id, f"{number}", SendMessage(text=f"{number}" * (1 if number % 2 else 1_500))
            )
            for group, person, number in sent
        )
    )
    for group in groups:
        page = await group.read(crowd[0], limit=100)
        assert [one["seq"] for one in page["items"]] == list(range(1, page["seq"] + 1))
        for person in crowd:
            own = [int(one["text"][0]) for one in page["items"] if one["author"]["id"] == str(person.id)]
            assert own == sorted(own)
            assert own == [number for where, who, number in sent if where is group and who is person]


async def test_two_processes_share_rooms_and_keys(school: School, settings: Settings) -> None:
    group = await study_group(school)
    people = [await group.member() for _ in range(5)]
    second = Banyan(settings, school.banyan.url, roles=frozenset({"web"}))
    await second.start()
    try:
        kits = (school.banyan.kit, second.kit)
        seqs = await asyncio.gather(
            *(
                send(kit, actor(person), group.id, f"{number}", SendMessage(text=f"{number}"))
                for number in range(20)
                for person in people
                for kit in kits
            )
        )
    finally:
        await second.stop()
    assert seqs[::2] == seqs[1::2], "each key has one seq, whichever process was asked"
    assert sorted(set(seqs)) == list(range(1, 101))
    assert [event.seq for event in await group.events()] == list(range(1, 101))


async def test_a_process_that_stops_while_it_holds_a_room_is_not_waited_for(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = await study_group(school)
    ann = await group.member("Ann")
    db = school.banyan.kit.db
    with pytest.raises(Unavailable):
        async with db.write() as tx:
            with monkeypatch.context() as patched:
                patched.setattr(log, "_SILENCE", "300ms")
                await log.lock(tx, [group.id])
            assert await group.say(ann) == 1  # the holder says nothing meanwhile, as one that has been paused
            await log.events_after(tx, group.id, 0, 1)
    # Only where rooms are held: what takes its time elsewhere may.
    async with db.write() as tx:
        assert await tx.one(str, "select current_setting('idle_in_transaction_session_timeout') as now") == "30s"


@pytest.mark.parametrize("size", [2, 60])
async def test_a_batch_takes_the_same_statements_however_large_it_is(
    school: School, statements: list[str], size: int
) -> None:
    groups = [await study_group(school) for _ in range(2)]
    ann, ben = await groups[0].member(), await groups[0].member()
    for person in (ann, ben):
        await groups[1].join(person)
    for group in groups:
        await group.say(ben)
    files = {group.id: await sent_file(group, ann) for group in groups}

    async def at_once(*commands: SendMessage) -> int:
        """Say all in both groups before the first of it can be written; how many statements that takes."""
        statements.clear()
        kit, who = school.banyan.kit, actor(ann)
        sends = (send(kit, who, group.id, f"{new_id()}", one) for one in commands for group in groups)
        await asyncio.gather(*sends)
        return len(statements)

    assert await at_once(*[SendMessage(text="Hello")] * size) == 5
    assert await at_once(*[SendMessage(text="Hello", reply_to=1)] * size) == 7
    assert await at_once(*[SendMessage(text=f"[@Ben](mention:{ben.id})", reply_to=1)] * size) == 8
    statements.clear()
    kit, who = school.banyan.kit, actor(ann)
    shown = (SendMessage(text="", files=[UUID(files[group.id]["id"])]) for group in groups)
    await asyncio.gather(
        *(send(kit, who, group.id, f"{new_id()}", one) for group, one in zip(groups, shown, strict=True))
    )
    assert len(statements) == 7


async def test_what_is_refused_takes_nothing_from_the_rest(school: School) -> None:
    group, archived = await study_group(school), await study_group(school)
    ann, muted, left = await group.member(), await group.member(), await group.member()
    stranger = await school.learner()
    await archived.join(ann)
    await archived.archive()
    await group.mute(muted)
    await group.leave(left)
    kit = school.banyan.kit
    unknown = SendMessage(text="Re", reply_to=99)
    foreign = SendMessage(text="Look", files=[new_id()])
    hello = SendMessage(text="Hello")
    asked: list[tuple[Person, UUID, SendMessage]] = [
        (ann, group.id, hello),
        (muted, group.id, hello),
        (left, group.id, hello),
        (stranger, group.id, hello),
        (ann, archived.id, hello),
        (ann, group.id, unknown),
        (ann, group.id, foreign),
        (ann, new_id(), hello),
        (ann, group.id, hello),
    ]
    results = await asyncio.gather(
        *(send(kit, actor(who), where, f"{at}", what) for at, (who, where, what) in enumerate(asked)),
        return_exceptions=True,
    )
    told = [one.code if isinstance(one, Problem) else one for one in results]
    assert told == [
        1, "muted", "forbidden", "not_found", "group_archived", "no_such_message", "no_such_attachment", "not_found", 2,
    ]  # fmt: skip
    assert len(await group.events()) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"key": "k", "text": "  \n"},
        {"key": "k", "text": "a\0b"},
        {"key": "", "text": "a"},
        {"key": "k" * 101, "text": "a"},
        {"key": "k", "text": "a" * 8_001},
        {"key": "k", "text": "a", "files": ["x"]},
        {"key": "k", "text": "a", "files": [str(new_id())] * 11},
        {"key": "k", "text": "a", "reply_to": 0},
        {"key": "k", "text": "a", "reply_to": 2**63},
        {"key": "k", "text": "a", "author": "me"},
        {"text": "a"},
    ],
)
async def test_what_is_no_message_is_refused(school: School, body: dict[str, object]) -> None:
    group = await study_group(school)
    answer = await group.people[0].post(f"{group.path}/messages", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert await group.events() == []


async def test_a_lone_surrogate_is_refused_or_replaced_but_never_our_fault(school: School) -> None:
    group = await study_group(school)
    answer = await group.people[0].client.post(
        f"{group.path}/messages",
        content=b'{"key": "k", "text": "\\ud800"}',
        headers={"content-type": "application/json"},
    )
    assert answer.status_code in (201, 400)


async def test_who_is_not_in_the_group_hears_as_little_as_they_may_know(school: School, other_school: School) -> None:
    group = await study_group(school)
    assert (await group.post(await school.learner())).status_code == 404
    assert (await group.post(await other_school.admin())).status_code == 404
    assert (await group.post(group.course.teacher)).status_code == 403
    classmate = await school.learner()
    await group.course.enrol(classmate)
    assert (await group.post(classmate)).status_code == 403


async def test_a_reply_quotes_how_what_it_answers_begins(school: School) -> None:
    group = await study_group(school)
    ann, ben = await group.member("Ann"), await group.member("Ben")
    first = await group.say(ann, "a" * 300)
    reply = (await group.post(ben, "Yes", reply_to=first)).json()
    author = {"id": str(ann.id), "name": "Ann"}
    assert reply["quoted"] == {"seq": first, "author": author, "text": "a" * 200, "deleted": False}


async def test_only_members_are_mentioned(school: School) -> None:
    group = await study_group(school)
    ann, ben, gone = await group.member("Ann"), await group.member("Ben"), await group.member("Gone")
    await group.leave(gone)
    outsider = await school.learner()
    text = " ".join(f"[@x](mention:{one.id})" for one in (ben, gone, outsider, ann))
    said = (await group.post(ann, text)).json()
    assert said["mentions"] == [str(ben.id), str(ann.id)]
    # Each is shown with the name that they have, and who is not in the group as the plain words of the text.
    ben_and_ann = [f'<span class="mention" data-account="{one.id}">@{one.name}</span>' for one in (ben, ann)]
    assert said["html"] == f"<p>{ben_and_ann[0]} @x @x {ben_and_ann[1]}</p>\n"
    edited = await ann.patch(f"{group.path}/messages/{said['seq']}", {"text": f"[@Ann](mention:{ben.id})"})
    assert edited.json()["html"] == f"<p>{ben_and_ann[0]}</p>\n"
