"""Which steps lead from where the tables are to where they want to be.

Citus refuses to distribute a table that refers to one which is not distributed yet. So every foreign key at a table
that waits is set aside, kept in `foreign_key_aside`; then the tables are distributed, those that all nodes copy first;
then the foreign keys are put back. Each step is a transaction of its own, so that no lock is held for long and an
interrupted run goes on where it was: what is done does not appear in the next plan.
"""

from collections.abc import Iterator, Sequence

from banyan.distribution.model import ForeignKey, NotReady, Step, Table

__all__ = ["plan"]

# Adding and dropping foreign keys towards a reference table, after work on many shards at once, needs this.
_ONE_BY_ONE = "set local citus.multi_shard_modify_mode = 'sequential'"


def plan(tables: Sequence[Table], foreign_keys: Sequence[ForeignKey], shards: int | None = None) -> list[Step]:
    """The steps that are left, none when all is as it is declared.

    Args:
        tables: all of the installation's.
        foreign_keys: those that hold, and those that have been set aside.
        shards: into how many shards each group is split; what Citus is set to unless told.

    Raises:
        NotReady: a table does not say how it is distributed, or is distributed in another way.
    """
    _check(tables)
    waiting = {table.name for table in tables if table.waits}
    aside = [key for key in foreign_keys if key.parent is None]
    held = [key for key in foreign_keys if key.parent is not None and {key.child, key.parent} & waiting]
    return [
        *(_set_aside(key, tables) for key in held),
        *(_copied(table) for table in tables if table.waits and table.wanted == "reference"),
        *_distributed(tables, shards),
        *(_freed(table) for table in tables if table.wanted != "local" and (table.hidden or table.waits)),
        *(_put_back(key) for key in (*aside, *held)),
    ]


def _check(tables: Sequence[Table]) -> None:
    undeclared = [table.name for table in tables if not table.declared.sound]
    if undeclared:
        raise NotReady(
            f"These tables do not say how they are distributed: {', '.join(undeclared)}. If they are not Banyan's, "
            "move them to another schema; if they are, give them the comment that the migrations give to all tables."
        )
    astray = [table for table in tables if table.astray]
    if astray:
        said = "; ".join(f"{table.name} ({table.declared})" for table in astray)
        raise NotReady(
            f"These tables are distributed already, but not as they declare: {said}. Take that back by "
            "`select undistribute_table('…', cascade_via_foreign_keys => true)`, then run this again."
        )


def _set_aside(key: ForeignKey, tables: Sequence[Table]) -> Step:
    kept = ", ".join(_literal(text) for text in (key.child, key.name, key.definition))
    return Step((
        _ONE_BY_ONE,
        f"insert into foreign_key_aside (child, name, definition) values ({kept})",
        f"alter table {_identifier(key.child)} drop constraint {_identifier(key.name)}",
        *(_declared(table) for table in tables if table.waits and table.placement is not None),
    ))  # fmt: skip


def _declared(table: Table) -> str:
    """A table that Citus has put into its own care for a foreign key is made anew without it, and loses its comment."""
    return f"comment on table {_identifier(table.name)} is {_literal(f'distribution: {table.declared}')}"


def _put_back(key: ForeignKey) -> Step:
    return Step((
        _ONE_BY_ONE,
        f"alter table {_identifier(key.child)} add constraint {_identifier(key.name)} {key.definition}",
        f"delete from foreign_key_aside where child = {_literal(key.child)} and name = {_literal(key.name)}",
    ))  # fmt: skip


def _copied(table: Table) -> Step:
    return Step((f"select create_reference_table({_literal(_identifier(table.name))})",))


def _distributed(tables: Sequence[Table], shards: int | None) -> Iterator[Step]:
    """The tables of one group, with keys of one type, lie together: a key's rows of all of them are on one node."""
    leaders: dict[tuple[str, str], str] = {}
    # Those that are placed already lead.
    for table in sorted(tables, key=lambda each: (each.declared.kind, each.waits, each.name)):
        if table.wanted != "distributed":
            continue
        leader = leaders.setdefault((table.declared.kind, table.key_type), table.name)
        if not table.waits:
            continue
        place = [_literal(_identifier(table.name)), _literal(table.declared.key or "")]
        if leader != table.name:
            place.append(f"colocate_with => {_literal(_identifier(leader))}")
        else:
            place.append("colocate_with => 'none'")
            if shards is not None:
                place.append(f"shard_count => {shards}")
        yield Step((f"select create_distributed_table({', '.join(place)})",))


def _freed(table: Table) -> Step:
    return Step((f"select truncate_local_data_after_distributing_table({_literal(_identifier(table.name))})",))


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if not name.isidentifier() or name != name.lower() else name


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
