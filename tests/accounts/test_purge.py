"""What is over is thrown away, and nothing else."""

import httpx

from banyan.accounts.jobs import purge
from banyan.app import Banyan
from tests.accounts.conftest import MakeAccount, sign_in, sign_up_body
from tests.story import School


async def test_links_and_sessions_go_when_their_time_is_over(
    banyan: Banyan, school: School, client: httpx.AsyncClient, account: MakeAccount
) -> None:
    ann, bob = await account("ann@demo.school"), await account("bob@demo.school", "Bob")
    for address in ("ann@demo.school", "bob@demo.school"):
        client.cookies.clear()
        await sign_in(client, address)
        await client.post("/accounts", json=sign_up_body(email=f"new.{address}"))
    async with banyan.kit.db.write() as tx:
        for table in ("session", "account_session"):
            await tx.execute(f"update {table} set expires_at = now() where account_id = $1", ann.id)  # noqa: S608
        await tx.execute("update mailed_link set expires_at = now() where email = 'new.ann@demo.school'")
    await purge.run(banyan.kit)
    db = banyan.kit.db.read()
    assert await db.all(str, "select email from mailed_link") == ["new.bob@demo.school"]
    for table in ("session", "account_session"):
        assert await db.all(type(bob.id), f"select account_id from {table}") == [bob.id]  # noqa: S608
    assert (await client.get("/me")).status_code == 200
