"""A learner opens a course: who they are, the outline of 40 items, their own progress in it.

Two thousand learners, each in five of fifty courses, open them in a shuffled order over 64 connections, as fast as they
are answered. Before that all sides must answer the same documents. *Uncached* is Banyan as if every request were the
first of its process, except for the school's own row: the session, the course and its outline are read, decoded and
encoded anew each time, by three statements. The bare application runs these three and nothing else, and caches nothing.
*Cached* is Banyan as it is served: it remembers a session for three seconds and a course for five, never reads the
outline of a revision twice, and so runs one statement most of the time. Django reads normalised rows through its ORM
with everything prefetched, in seven statements.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from bench import sides
from bench.comparison import against, compare
from bench.ground import Ground
from bench.load import Request
from bench.results import Goal, Result
from bench.scenario import Scenario
from bench.servers import Server

CONNECTIONS = 64
_CACHED, _UNCACHED = "course_page_cached", "course_page_uncached"


def play(ground: Ground) -> list[Result]:
    """Compare Banyan, uncached and cached, with the bare application and with Django."""
    url = ground.database()
    sides.fill_django(url)
    requests = [
        Request("GET", f"/api/v1/courses/{course.id}", learner.token) for learner, course in ground.school.visits()
    ]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(Server(side, ground.cores))
            for side in (
                sides.bare(url),
                sides.banyan(url, ground.folder / "uncached", remember=False),
                sides.banyan(url, ground.folder / "cached"),
                sides.django(url, workers=1),
                sides.django(url),
            )
        ]
        check_that_all_answer_the_same(servers, requests[:25])
        figures = compare(ground, servers, requests, connections=CONNECTIONS)
    return [
        result
        for scenario, own, baselines in (
            (_UNCACHED, sides.UNCACHED, (sides.BARE, sides.DJANGO_ONE)),
            (_CACHED, sides.BANYAN, (sides.BARE, sides.DJANGO_ONE, sides.DJANGO)),
        )
        for baseline in baselines
        for result in against(scenario, figures[own], baseline, figures[baseline])
    ]


def check_that_all_answer_the_same(servers: Sequence[Server], requests: Sequence[Request]) -> None:
    """Compare the answers, so that only equal work is measured.

    Raises:
        AssertionError: an answer differs; the message says whose and where.
    """
    for request in requests:
        first, *others = (_document(server, request) for server in servers)
        for server, document in zip(servers[1:], others, strict=True):
            wrong = [name for name in first.keys() | document.keys() if first.get(name) != document.get(name)]
            assert not wrong, f"{server.name} differs from {servers[0].name} at {request.path} in {', '.join(wrong)}"


def _document(server: Server, request: Request) -> dict[str, Any]:
    answer = server.get(request.path, request.token)
    assert answer.status_code == 200, server.complaint(answer)
    document: dict[str, Any] = answer.json()
    assert document["progress"], f"{server.name} answers without progress"
    assert document["outline"]["modules"], f"{server.name} answers without an outline"
    return document


SCENARIO = Scenario(
    play,
    goals=(
        Goal(_UNCACHED, "rate", sides.BARE, ratio=0.7),
        Goal(_CACHED, "rate", sides.BARE, ratio=1.3),
        Goal(_CACHED, "rate", sides.DJANGO_ONE, ratio=8),
        Goal(_CACHED, "rate", sides.DJANGO, ratio=8),
    ),
)
