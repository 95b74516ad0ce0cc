"""Learners who browse, open a course and enrol, 3 : 2 : 1, and wait one to three seconds in between, as in a seed.

    make run
    .venv-bench/bin/locust -f bench/locustfile.py --host http://127.0.0.1:8000

All are the demo school's learner, unless `--accounts` names a file of `email,password` lines for them to take in turn.
Each account signs in once, whatever the number of users: a hundred sign-ins from one address are rightly refused.
"""

import csv
import random
from itertools import cycle
from pathlib import Path
from typing import ClassVar

from gevent.lock import BoundedSemaphore
from locust import HttpUser, between, events, task
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.exception import StopUser

_DEMO = [("learner@demo.school", "grow-with-banyan")]


@events.init_command_line_parser.add_listener
def _(parser: LocustArgumentParser) -> None:
    parser.add_argument("--accounts", default="", help="a CSV file of email,password; the demo learner unless given")


@events.test_start.add_listener
def _(environment: Environment, **_more: object) -> None:
    named = environment.parsed_options.accounts if environment.parsed_options else ""
    rows = csv.reader(Path(named).read_text().splitlines()) if named else _DEMO
    Learner.accounts = cycle([(email, password) for email, password in rows])
    Learner.tokens = {}


class Learner(HttpUser):
    """Someone who looks around, reads what a course is about, and now and then enrols."""

    wait_time = between(1, 3)
    accounts: ClassVar["cycle[tuple[str, str]]"] = cycle(_DEMO)
    tokens: ClassVar[dict[str, str]] = {}
    door = BoundedSemaphore()  # one signs in at a time

    def on_start(self) -> None:
        """Sign in, or use the session that this account already has."""
        email, password = next(self.accounts)
        with self.door:
            if email not in self.tokens:
                self.tokens[email] = self._sign_in(email, password)
        self.client.headers["authorization"] = f"Bearer {self.tokens[email]}"
        self._courses: list[str] = []

    @task(3)
    def browse(self) -> None:
        """Look through the catalogue."""
        answer = self.client.get("/api/v1/courses")
        if answer.ok:
            self._courses = [course["id"] for course in answer.json()["items"] if course["enrolment"] == "open"]

    @task(2)
    def open(self) -> None:
        """Open a course."""
        if self._courses or self._look_around():
            course = random.choice(self._courses)
            self.client.get(f"/api/v1/courses/{course}", name="/api/v1/courses/{id}")

    @task(1)
    def enrol(self) -> None:
        """Enrol in a course; to be in it already, or to find it full, is no failure."""
        if not self._courses and not self._look_around():
            return
        course = random.choice(self._courses)
        with self.client.post(
            f"/api/v1/courses/{course}/enrolments",
            json={},
            name="/api/v1/courses/{id}/enrolments",
            catch_response=True,
        ) as answer:
            if answer.status_code in (201, 409):
                answer.success()

    def _sign_in(self, email: str, password: str) -> str:
        answer = self.client.post("/api/v1/sessions", json={"email": email, "password": password})
        if answer.status_code != 201:
            raise StopUser(f"{email} cannot sign in: {answer.text}")
        token: str = answer.json()["token"]
        return token

    def _look_around(self) -> bool:
        self.browse()
        return bool(self._courses)
