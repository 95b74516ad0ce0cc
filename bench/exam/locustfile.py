"""The crowd of exam day, in Locust: `bench/exam/hall.py` starts it with an order, and reads its report.

    .venv-bench/bin/locust -f bench/exam/locustfile.py --headless --order FILE LeanTaker

Each user takes the test once. Requests are timed from when they were meant to be sent, so that a taker who has to wait
does not spare the server the next request unseen: nothing is omitted because something before it was slow.
"""

import gc
import itertools
import json
import resource
import time
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import gevent
from locust import FastHttpUser, User, events, task
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import Runner

from bench.exam.taker import Call, Reply, Taker, Trouble
from bench.exam.timetable import Order
from bench.exam.wire import Wire

_GET_READY = 2.0  # seconds between the last user's birth and the first who arrives


class Crowd:
    """What all takers of this process share.

    Attributes:
        bell: when the exam begins, in monotonic time; known once all are there.
        late: by how much each request went out after its time although its taker was free: the load's own slowness.
        cpu: processor time that the process has used, by moment of the exam.
    """

    def __init__(self, environment: Environment, order: Order) -> None:
        self.environment = environment
        self.order = order
        self.numbers: Iterator[int] = itertools.count()
        self.takers: list[Taker] = []
        self.troubles: list[str] = []
        self.late: list[float] = []
        self.cpu: list[tuple[float, float]] = []
        self.connections = 0
        self.bell = 0.0
        self.gathered = gevent.event.Event()
        self._left = len(order.tokens)

    def begin(self) -> None:
        """All are there."""
        gc.collect()
        gc.freeze()
        gc.disable()  # a walk through ten thousand takers would be taken for the server's slowness
        self.bell = time.monotonic() + _GET_READY + self.order.timetable.arrive
        print(f"BELL {self.bell}", flush=True)
        self.gathered.set()
        gevent.spawn(self._watch)

    def leave(self, taker: Taker) -> None:
        """One is through with everything."""
        self.takers.append(taker)
        self._left -= 1
        if not self._left:
            self._report()
            runner = self.environment.runner
            assert runner
            gevent.spawn(runner.quit)

    def _watch(self) -> None:
        while self._left:
            used = resource.getrusage(resource.RUSAGE_SELF)
            self.cpu.append((time.monotonic() - self.bell, used.ru_utime + used.ru_stime))
            gevent.sleep(0.5)

    def _report(self) -> None:
        told = {
            "notes": [astuple(note) for taker in self.takers for note in taker.notes],
            "takers": [
                {
                    "number": taker.number,
                    "attempt": taker.attempt,
                    "acknowledged": taker.acknowledged,
                    "submitted": taker.submitted,
                }
                for taker in self.takers
            ],
            "troubles": self.troubles,
            "late": self.late,
            "cpu": self.cpu,
            "connections": self.connections,
        }
        Path(self.order.report).write_text(json.dumps(told))


_crowd: Crowd


@events.init_command_line_parser.add_listener
def _(parser: LocustArgumentParser) -> None:
    parser.add_argument("--order", required=True, help="a file that says what to do, see bench/exam/timetable.py")


@events.init.add_listener
def _(environment: Environment, runner: Runner, **_more: object) -> None:
    global _crowd  # noqa: PLW0603 -- Locust makes the users, which have no other way to it
    assert environment.parsed_options
    _crowd = Crowd(environment, Order.read(Path(environment.parsed_options.order)))
    environment.events.spawning_complete.add_listener(lambda **_more: _crowd.begin())


class _Taking:
    """What a user does, whatever it sends its requests with."""

    def sit(self) -> None:
        crowd, order = _crowd, _crowd.order
        number = next(crowd.numbers)
        crowd.gathered.wait()
        taker = Taker(number, order.test, order.timetable)
        life = taker.life()
        fire = crowd.environment.events.request.fire
        self.arrive(order, order.tokens[number], crowd.bell)
        try:
            call = next(life)
            while True:
                ready = time.monotonic() - crowd.bell
                if ready < call.at:
                    gevent.sleep(call.at - ready)
                reply = self.exchange(call)
                crowd.late.append(reply.sent - max(ready, call.at))
                fire(
                    request_type=call.method,
                    name=call.kind,
                    response_time=(reply.done - call.at) * 1000,
                    response_length=len(reply.body),
                    exception=None if 0 < reply.status < 400 else ConnectionError(f"status {reply.status}"),
                    context={},
                )
                call = life.send(reply)
        except StopIteration:
            pass
        except (Trouble, KeyError, ValueError) as error:
            crowd.troubles.append(f"taker {number}: {error!r}")
        finally:
            self.depart()
            crowd.leave(taker)
        raise StopUser

    def arrive(self, order: Order, token: str, bell: float) -> None: ...

    def exchange(self, call: Call) -> Reply: ...

    def depart(self) -> None: ...


class LeanTaker(User, _Taking):
    """A taker with a bare socket."""

    @task
    def take(self) -> None:
        self.sit()

    def arrive(self, order: Order, token: str, bell: float) -> None:
        self.wire = Wire(order.port, token, bell)

    def exchange(self, call: Call) -> Reply:
        return self.wire.exchange(call)

    def depart(self) -> None:
        _crowd.connections += self.wire.opened
        self.wire.close()


class FastTaker(FastHttpUser, _Taking):
    """A taker with Locust's own fast client: for comparison of what the two cost."""

    host = "http://127.0.0.1"
    network_timeout = connection_timeout = 20.0

    @task
    def take(self) -> None:
        self.sit()

    def arrive(self, order: Order, token: str, bell: float) -> None:
        self._door = f"http://127.0.0.1:{order.port}"
        self._headers = {
            "Cookie": f"banyan_session={token}",
            "Sec-Fetch-Site": "same-origin",
            "Origin": self._door,
            "Accept": "application/json",
        }
        self._bell = bell

    def exchange(self, call: Call) -> Reply:
        headers = self._headers | ({"Content-Type": "application/json"} if call.body else {})
        sent = time.monotonic() - self._bell
        with self.client.request(
            call.method,
            self._door + call.path,
            data=call.body or None,
            headers=headers,
            name=call.kind,
            catch_response=True,
        ) as answer:
            body = answer.content or b""
            answer.success()
        return Reply(answer.status_code, body, sent, time.monotonic() - self._bell)

    def depart(self) -> None: ...
