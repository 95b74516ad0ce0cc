"""How many learners are active, in the metrics."""

from banyan.accounts.metrics import FIGURES
from banyan.accounts.sightings import Sightings
from banyan.app import Banyan
from tests.metrics import asked
from tests.story import School


async def test_learners_are_active_from_a_request_on(banyan: Banyan, school: School) -> None:
    now, yesterday, _long_ago = [await school.learner() for _ in range(3)]
    await school.teacher()
    async with banyan.kit.db.write() as tx:
        await tx.execute("update account_session set seen_at = now() - interval '2 days'")
        await tx.execute(
            "update account_session set seen_at = now() - interval '20 hours' where account_id = $1", yesterday.id
        )
    assert await asked(banyan, FIGURES, "banyan_active_learners") == {"5m": 0, "1d": 1}
    await now.get("/me")
    await banyan.kit.part(Sightings).store()
    assert await asked(banyan, FIGURES, "banyan_active_learners") == {"5m": 1, "1d": 2}
