"""The steps to a distributed database, as they follow from where its tables are."""

import pytest

from banyan.distribution.model import ForeignKey, NotReady, Placement, Table, parse_declared
from banyan.distribution.planning import plan


def table(name: str, declared: str, placement: Placement | None = None, *, hidden: bool = False) -> Table:
    return Table(name, parse_declared(f"distribution: {declared}"), "uuid", placement, hidden)


COURSE, ACCOUNT, ENROLMENT = (
    table("course", "reference"), table("account", "learner (id)"), table("enrolment", "learner (learner_id)"),
)  # fmt: skip
PLACED = [
    table("account", "learner (id)", Placement("distributed", "id", 1)),
    table("course", "reference", Placement("reference", None, 2)),
    table("enrolment", "learner (learner_id)", Placement("distributed", "learner_id", 1)),
]
KEY = ForeignKey("enrolment", "enrolment_learner", "foreign key (learner_id) references account (id)", "account")
KEEPING = (
    "insert into foreign_key_aside (child, name, definition) values "
    "('enrolment', 'enrolment_learner', 'foreign key (learner_id) references account (id)')"
)
ASIDE = ForeignKey(KEY.child, KEY.name, KEY.definition)


def said(*args: object, **options: object) -> list[str]:
    steps = plan(*args, **options)  # type: ignore[arg-type]
    return [statement for step in steps for statement in step.statements if not statement.startswith("set local")]


def test_foreign_keys_go_aside_then_tables_are_placed_then_the_keys_come_back() -> None:
    assert said([ACCOUNT, COURSE, ENROLMENT, table("jobs", "local")], [KEY]) == [
        KEEPING,
        "alter table enrolment drop constraint enrolment_learner",
        "select create_reference_table('course')",
        "select create_distributed_table('account', 'id', colocate_with => 'none')",
        "select create_distributed_table('enrolment', 'learner_id', colocate_with => 'account')",
        "select truncate_local_data_after_distributing_table('account')",
        "select truncate_local_data_after_distributing_table('course')",
        "select truncate_local_data_after_distributing_table('enrolment')",
        "alter table enrolment add constraint enrolment_learner foreign key (learner_id) references account (id)",
        "delete from foreign_key_aside where child = 'enrolment' and name = 'enrolment_learner'",
    ]


def test_nothing_is_left_to_do_where_all_is_done() -> None:
    assert plan(PLACED, [KEY]) == []


def test_a_foreign_key_that_an_interrupted_run_set_aside_is_put_back() -> None:
    assert said(PLACED, [ASIDE])[0].startswith("alter table enrolment add constraint enrolment_learner")


def test_rows_that_an_interrupted_run_left_behind_are_freed() -> None:
    hidden = table("course", "reference", Placement("reference", None, 2), hidden=True)
    assert said([PLACED[0], hidden, PLACED[2]], [KEY]) == [
        "select truncate_local_data_after_distributing_table('course')"
    ]


def test_a_new_table_joins_the_group_that_there_is() -> None:
    found = said([*PLACED, table("badge", "learner (account_id)")], [KEY], shards=8)
    assert found[0] == "select create_distributed_table('badge', 'account_id', colocate_with => 'account')"


def test_a_table_that_citus_keeps_on_the_coordinator_for_its_foreign_keys_is_placed_too() -> None:
    kept = table("course", "reference", Placement("local", None, 0))
    assert said([kept], [])[0] == "select create_reference_table('course')"


def test_a_table_that_loses_its_comment_with_its_foreign_keys_is_given_it_again() -> None:
    kept = table("enrolment", "learner (learner_id)", Placement("local", None, 0))
    assert said([PLACED[0], kept], [KEY])[:3] == [
        KEEPING,
        "alter table enrolment drop constraint enrolment_learner",
        "comment on table enrolment is 'distribution: learner (learner_id)'",
    ]


def test_each_group_gets_as_many_shards_as_it_is_told() -> None:
    assert "colocate_with => 'none', shard_count => 64" in said([ACCOUNT], [], shards=64)[0]


def test_keys_of_other_types_are_other_groups() -> None:
    session = Table("session", parse_declared("distribution: lookup (token_hash)"), "bytea")
    address = Table("address", parse_declared("distribution: lookup (email)"), "text")
    assert [each for each in said([session, address], []) if "colocate_with => 'none'" in each][1:]


@pytest.mark.parametrize("comment", [None, "", "distribution: lerner (id)", "distribution: learner", "local"])
def test_a_table_that_does_not_say_how_is_refused(comment: str | None) -> None:
    with pytest.raises(NotReady, match="stray"):
        plan([*PLACED, Table("stray", parse_declared(comment))], [])


def test_a_table_that_is_distributed_otherwise_is_refused() -> None:
    with pytest.raises(NotReady, match=r"account \(learner \(id\)\).*undistribute_table"):
        plan([table("account", "learner (id)", Placement("distributed", "school_id", 1))], [])


def test_names_are_quoted_where_they_must_be() -> None:
    assert said([table('Odd "name"', "reference")], [])[0] == 'select create_reference_table(\'"Odd ""name"""\')'
