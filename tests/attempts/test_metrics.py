"""How many attempts are running, in the metrics."""

from uuid import UUID

from banyan.app import Banyan
from banyan.attempts.metrics import FIGURES
from tests.attempts.scene import Exam
from tests.metrics import asked


async def test_attempts_count_while_they_run(banyan: Banyan, exam: Exam) -> None:
    sitting, other = await exam.sit(), await exam.sit()
    assert await asked(banyan, FIGURES, "banyan_attempts_running") == {"yes": 0, "no": 2}
    await other.submit()
    async with banyan.kit.db.write() as tx:
        await tx.execute(
            "update attempt_result set deadline_at = now() + interval '1 hour' where attempt_id = $1",
            UUID(sitting.view["id"]),
        )
    assert await asked(banyan, FIGURES, "banyan_attempts_running") == {"yes": 1, "no": 0}


async def test_who_has_left_a_test_without_a_deadline_is_not_running(banyan: Banyan, exam: Exam) -> None:
    await exam.sit()
    async with banyan.kit.db.write() as tx:
        await tx.execute("update attempt_result set seen_at = now() - interval '2 hours'")
    assert await asked(banyan, FIGURES, "banyan_attempts_running") == {"yes": 0, "no": 0}
