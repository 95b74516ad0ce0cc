"""The Citus cluster, where there is one: its nodes, and what lies on them. Seeds 000 and 003 shard."""

from banyan.distribution import Standing, standing
from banyan.doctor.installation import Installation
from banyan.doctor.model import Verdict, check, fail, ok, skip, warn, worst

__all__ = ["CHECKS"]

_NONE = "There is no Citus cluster."
_SHOWN = 5
_SECONDS = 40.0  # a node that is silent is given four, each


@check(
    "distribution.nodes",
    "The learners whose rows lie on a node that is away can do nothing, the others all.",
    seconds=_SECONDS,
)
async def nodes(installation: Installation) -> Verdict:
    """Each node of the Citus cluster: in use, reached by the coordinator and by each other, and with shards on it."""
    found = await _standing(installation)
    if isinstance(found, Verdict):
        return found
    verdicts = [ok(f"The coordinator reaches all, and they each other: {', '.join(found.workers)} hold shards.")]
    if found.silent:
        verdicts.append(
            fail(
                f"The coordinator does not reach {', '.join(found.silent)}.",
                "Start the node, or let its standby take its place: select citus_update_node(…). Then see pg_hba.conf, "
                "the firewall, and the .pgpass of the servers' user.",
            )
        )
    if found.apart:
        verdicts.append(
            fail(
                f"Not every node reaches every other: {', '.join(found.apart)}.",
                "See pg_hba.conf there, the firewall, and the .pgpass of the servers' user.",
            )
        )
    if found.inactive:
        verdicts.append(
            fail(
                f"Not in use: {', '.join(found.inactive)}.",
                "When it is well again: select citus_activate_node('address', port).",
            )
        )
    if found.empty and found.tables:
        verdicts.append(
            warn(
                f"Nothing lies on {', '.join(found.empty)}.",
                "Bring it its share: select citus_rebalance_start(). Writing goes on, with wal_level = logical.",
            )
        )
    return worst(*verdicts)


@check(
    "distribution.tables",
    "What is not split fills the coordinator, and what was set aside is not checked any more.",
    seconds=_SECONDS,
)
async def tables(installation: Installation) -> Verdict:
    """Every table against how it declares to be spread, and foreign keys that `banyan db distribute` has set aside."""
    found = await _standing(installation)
    if isinstance(found, Verdict):
        return found
    again = "Say `banyan mode read-only`, run `banyan db distribute`, then `banyan mode normal`."
    if found.wrong:
        return fail(found.wrong, "As it says; docs/operate/citus.md has the steps.")
    if found.aside:
        return fail(
            f"{len(found.aside)} foreign keys are not put back, such as {found.aside[0]}: a run was interrupted.", again
        )
    if found.waiting and not found.tables:
        return warn("Nothing is distributed: the workers do nothing.", again)
    if found.waiting:
        more = ", …" if len(found.waiting) > _SHOWN else ""
        return warn(f"Not distributed: {', '.join(found.waiting[:_SHOWN])}{more}.", again)
    return ok(f"All {found.tables} lie as they declare.")


async def _standing(installation: Installation) -> Standing | Verdict:
    async def look() -> Standing | Verdict:
        await installation.connected()
        found = await standing(installation.direct_url)
        if found is None:
            return skip(_NONE)
        if not found.coordinator:
            return fail(
                "This is a worker of a Citus cluster.",
                "Let BANYAN_DATABASE_URL (and _DIRECT_URL) name the coordinator: everything goes through it.",
            )
        return found

    return await installation.once("distribution", look)


CHECKS = (nodes, tables)
