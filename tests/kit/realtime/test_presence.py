"""Who is in a room and who types there, here and in other processes."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from banyan.kit.realtime.presence import Presence, TypingNow
from banyan.kit.realtime.words import Presence as PresenceWord

AMINA, BO, CHEN = (UUID(int=number) for number in (1, 2, 3))
HERE, THERE = UUID(int=101), UUID(int=102)


def people(count: int, start: int = 1000) -> list[UUID]:
    return [UUID(int=start + number) for number in range(count)]


def test_someone_with_two_connections_comes_and_goes_once() -> None:
    presence = Presence()
    assert [presence.come(AMINA), presence.come(AMINA)] == [True, False]
    assert presence.told().count == 1
    assert [presence.go(AMINA), presence.go(AMINA)] == [False, True]
    assert (presence.told().count, presence.told().accounts) == (0, [])


def test_someone_here_and_there_is_one_person() -> None:
    presence = Presence()
    presence.come(AMINA)
    assert presence.hear(PresenceWord(THERE, 2, [AMINA, BO]), 0)
    assert presence.told().accounts == [AMINA, BO]


def test_what_is_known_is_no_news() -> None:
    presence = Presence()
    assert not presence.hear(PresenceWord(THERE, 0, []), 0), "nobody was there before"
    assert presence.hear(PresenceWord(THERE, 1, [BO]), 0)
    assert not presence.hear(PresenceWord(THERE, 1, [BO]), 1)
    assert presence.hear(PresenceWord(THERE, 1, [CHEN]), 2)
    assert presence.hear(PresenceWord(THERE, 0, []), 3)
    assert presence.told().accounts == []


def test_a_process_that_falls_silent_is_forgotten_with_its_people() -> None:
    presence = Presence()
    presence.hear(PresenceWord(THERE, 1, [BO]), 0)
    presence.hear(PresenceWord(HERE, 1, [CHEN]), 50)
    assert not presence.prune(59)
    assert presence.prune(61)
    assert presence.told().accounts == [CHEN]


def test_up_to_50_are_named_and_of_more_only_the_number_is_told() -> None:
    presence = Presence()
    for person in people(50):
        presence.come(person)
    assert presence.told().count == 50
    assert presence.told().accounts == sorted(people(50))
    presence.hear(PresenceWord(THERE, 50, people(50)), 0)
    assert presence.told().count == 50, "the same people"
    presence.come(AMINA)
    assert (presence.told().count, presence.told().accounts) == (101, None), "who cannot be told apart is counted twice"
    assert presence.own(HERE) == PresenceWord(HERE, 51, None)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=80))
def test_whoever_has_a_connection_is_here(steps: list[tuple[bool, int]]) -> None:
    presence = Presence()
    connections: list[UUID] = []
    for comes, number in steps:
        person = UUID(int=number)
        before = set(connections)
        if comes:
            connections.append(person)
            news = presence.come(person)
        elif person in connections:
            connections.remove(person)
            news = presence.go(person)
        else:
            continue
        assert news == (set(connections) != before)
        assert presence.told().accounts == sorted(set(connections))
        assert presence.own(HERE).count == len(set(connections))


def test_whoever_types_is_told_until_six_seconds_after() -> None:
    typing = TypingNow()
    assert typing.next_end() is None
    assert typing.note(AMINA, 10)
    assert typing.told(15.9) == [AMINA]
    assert typing.next_end() == 16
    assert typing.told(16.1) == []
    assert typing.next_end() is None


def test_whoever_goes_on_typing_is_told_on_in_every_process() -> None:
    """What is news here is said to others, which count their own six seconds from there."""
    here, there = TypingNow(), TypingNow()
    said = 0
    for tenth in range(300):
        now = tenth / 10
        if tenth % 7 == 0 and here.note(AMINA, now):
            said += 1
            there.note(AMINA, now + 0.05)
        assert here.told(now) == [AMINA]
        assert there.told(now + 0.05) == [AMINA]
    assert 8 <= said <= 11


def test_five_who_type_are_named() -> None:
    typing = TypingNow()
    for person in people(8):
        typing.note(person, 0)
    assert typing.told(1) == people(5)
    for person in people(8)[5:]:
        typing.note(person, 4)
    assert typing.told(6.5) == people(8)[5:]
