"""The same exam, in the midst of which the server dies by `kill -9` and is started again.

Nobody does anything about it but the one who starts the server: takers whose request does not get through send it again
with the same number, after two seconds, and then after twice as long each time, as the browser app does; what they were
told as saved is on disk, and at the end compared with it like everything else. *back* is the time from the kill until
the server is ready, *caught_up* until the last of the requests that it interrupted was answered, of which the takers'
own pauses are most; *interrupted* counts these requests. *answer_p95* is of the answers that were due after that.
"""

import time

from bench.exam.day import hold, percentile
from bench.exam.timetable import Timetable
from bench.ground import Ground
from bench.results import Goal, Result
from bench.scenario import Scenario

_NAME = "exam_killed"


def play(ground: Ground) -> list[Result]:
    """Hold the exam, and kill the server halfway."""
    times = Timetable()
    with hold(ground, _NAME, times) as day:
        day.crowd.until((times.start + times.end) / 2)
        killed = time.monotonic() - day.crowd.bell
        day.server.kill()
        day.server.start_again()
        while not day.server.is_ready():
            time.sleep(0.02)
        back = time.monotonic() - day.crowd.bell
    interrupted = [note for note in day.report.notes if note.tries > 1]
    if not interrupted:
        raise RuntimeError("nobody has noticed that the server was gone")
    caught_up = max(note.done for note in interrupted)
    later = [note.done - note.due for note in day.notes("answer") if note.due > caught_up]
    return [
        Result.alone(_NAME, "back", back - killed, "s"),
        Result.alone(_NAME, "caught_up", caught_up - killed, "s"),
        Result.alone(_NAME, "interrupted", len(interrupted), "requests"),
        Result.alone(_NAME, "answers", len(day.notes("answer")), "answers, all on disk"),
        Result.alone(_NAME, "answer_p95", percentile(later, 0.95) * 1e3, "ms"),
    ]


SCENARIO = Scenario(
    play,
    goals=(Goal(_NAME, "back", None, below=5), Goal(_NAME, "caught_up", None, below=30)),
)
