"""What each fault may cost those who are there, and where that is said."""

from dataclasses import dataclass

from tests.cluster.tally import Outcome

__all__ = ["BUDGETS", "Budget"]


@dataclass(frozen=True)
class Budget:
    """The most that a fault may cost. Lost writes: none, whatever happens.

    Attributes:
        reads: the share of what is read that may fail.
        writes: the share of what is written that may fail, to be sent again.
        seconds: until everyone is answered rightly and soon again, on a machine that has other things to do, too.
        because: where that comes from.
    """

    reads: float
    writes: float
    seconds: float
    because: str

    def exceeded(self, outcome: Outcome) -> list[str]:
        """What was more."""
        return [
            f"{what}: {found:.3g} is more than {most:g} ({self.because})"
            for what, found, most in (
                ("reads", outcome.reads_failed / max(1, outcome.reads), self.reads),
                ("writes", outcome.writes_failed / max(1, outcome.writes), self.writes),
                ("seconds", outcome.seconds, self.seconds),
            )
            if found > most
        ]


BUDGETS = {
    "a worker is killed in the middle of a job": Budget(
        0, 0, 60, "docs/architecture.md: the job runs again elsewhere after 30 s without a heartbeat"
    ),
    "a web process is killed": Budget(
        0, 0.02, 3, "ops/nginx: another process is asked; only a POST under way is not sent twice"
    ),
    "a gateway is killed": Budget(0, 0, 6, "docs/realtime.md: clients come back at once, with jitter"),
    "Redis is killed": Budget(0, 0, 6, "docs/realtime.md: words between processes take up to two seconds longer"),
    "a web process is paused": Budget(
        0, 0, 15, "ops/nginx: who waits for it does so until it goes on, others are sent elsewhere"
    ),
    "the synchronous standby is killed": Budget(
        0, 0.05, 20, "ops/patroni: commits wait until loop_wait has seen it gone and named another"
    ),
    "the primary is killed": Budget(
        0.02, 0.5, 45, "ops/patroni: ttl, a look around, the promotion; docs/operate/when-it-breaks.md"
    ),
    "the primary is paused": Budget(
        0.02, 0.5, 60, "the same, and what waits for a connection that is open but silent waits for its deadline"
    ),
    "the primary is moved": Budget(0.02, 0.4, 20, "ops/patroni: primary_stop_timeout, then at once another"),
    "all of Banyan is replaced": Budget(0, 0, 6, "docs/operate/README.md: an update without a request missed"),
}
