"""Exam day: ten thousand take one test at the same time, on two cores with everything else.

16 questions on 8 pages: 12 of choice, two true or false, one to match, one to type, as in the measurement of Moodle 4.5
that it is held against (Universidad de la República, *Moodle Quiz Load Test Results*, March 2026: 3,000 at most, on 12
virtual processors beside 4 of the database, which is 250 takers and 4.2 page submits a second for each of the 12; its
takers turn a page every 30 to 90 seconds, two questions each, and their only stress is the start together). Accounts,
enrolments and sessions are in the database before; each taker has a connection of their own, as a browser's.

All read the test's page, then begin within ten seconds, answer every **3 to 9 s: ten times the pace** of 30 to 90 s, so
that a minute stands for ten; one answer in ten is an earlier one given anew, each comes back to the window once, which
reads the attempt again, and who has answered all goes through them again until two minutes are over. Then all hand in
within ten seconds, and read their results. The server is one process of `banyan serve` with all its roles, PostgreSQL
the embedded one with Banyan's own settings (each acknowledged answer is flushed to disk).

The takers are Locust's, in one process, on a bare socket: its own client takes more of the core than PostgreSQL leaves.
Latency counts from when a request was *due*, not from when it was sent, so nothing is omitted because something before
it was slow. *late* is how much of it was the load's own: from when a request could have been sent to when it was. At
the end each answer that was acknowledged is compared with the database, number and response, and with what was graded;
a taker that met an error, an answer that is missing or other than acknowledged, an attempt not graded: no result.

*pages* are two answers each, a second and core while all answer; *rate* is all requests of that time; both cores count,
with the load's and PostgreSQL's share of them. *statements* are those of one submission alone, and *statements_crowd*
those for each of all, gathered. `make bench exam_killed` is the same with the server killed in the middle.
"""

from collections.abc import Sequence

from bench.exam.day import Day, Moment, hold, percentile
from bench.exam.timetable import Timetable
from bench.ground import Ground
from bench.results import Goal, Result
from bench.scenario import Scenario

_NAME = "exam"
_PUBLISHED = "Moodle 4.5, as published"
_TAKERS, _PAGES = 250, 4.2  # of each of its virtual processors
_CORES = 2
_SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
_KINDS = ("open", "start", "answer", "read", "submit", "result")


def play(ground: Ground) -> list[Result]:
    """Hold the exam."""
    times = Timetable()
    with hold(ground, _NAME, times) as day:
        moments = [day.at(moment) for moment in (times.start, times.end, times.submission)]
        moments.append(day.at(times.submission + 2 * times.submit))
    return [*_pace(day, moments), *_latency(day), *_cost(day, moments)]


def _pace(day: Day, moments: Sequence[Moment]) -> list[Result]:
    """How much was done, by core."""
    all_answer, ended = moments[0].at, moments[1].at
    done = [note for note in day.report.notes if all_answer <= note.done < ended]
    second_and_core = (ended - all_answer) * _CORES
    pages = sum(note.kind == "answer" for note in done) / 2 / second_and_core
    return [
        Result.against(_NAME, "takers", len(day.report.takers) / _CORES, "takers/core", _PUBLISHED, _TAKERS),
        Result.against(_NAME, "pages", pages, "pages/s and core", _PUBLISHED, _PAGES),
        Result.alone(_NAME, "rate", len(done) / second_and_core, "requests/s and core"),
        Result.alone(_NAME, "answers", len(day.notes("answer")), "answers, all on disk"),
    ]


def _latency(day: Day) -> list[Result]:
    return [
        Result.alone(
            _NAME, f"{kind}_{name}", percentile((note.done - note.due for note in day.notes(kind)), share) * 1e3, "ms"
        )
        for kind in _KINDS
        for name, share in _SHARES
    ] + [Result.alone(_NAME, f"late_{name}", percentile(day.report.late, share) * 1e3, "ms") for name, share in _SHARES]


def _cost(day: Day, moments: Sequence[Moment]) -> list[Result]:
    """What all of it took: processor time while everyone answers, statements while everyone hands in."""
    before, after, submission, over = moments
    seconds = after.at - before.at
    requests = sum(before.at <= note.done < after.at for note in day.report.notes)
    load = day.load_cpu(after.at) - day.load_cpu(before.at)
    return [
        Result.alone(_NAME, "cpu", (after.server - before.server) / requests * 1e6, "µs/request"),
        Result.alone(_NAME, "database_cpu", (after.database - before.database) / requests * 1e6, "µs/request"),
        Result.alone(_NAME, "load", load / seconds * 100, "% of a core"),
        Result.alone(_NAME, "connections", day.report.connections, "connections"),
        Result.alone(_NAME, "statements", day.lone, "statements/submission"),
        Result.alone(
            _NAME,
            "statements_crowd",
            (over.closing - submission.closing) / len(day.report.takers),
            "statements/submission",
        ),
    ]


SCENARIO = Scenario(
    play,
    goals=(
        Goal(_NAME, "start_p95", None, below=1000),
        Goal(_NAME, "answer_p95", None, below=200),
        Goal(_NAME, "statements", None, below=6),
        Goal(_NAME, "takers", _PUBLISHED, ratio=20),
    ),
)
