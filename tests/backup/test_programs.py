"""What PostgreSQL's own programs are told."""

import pytest

from banyan.backup.programs import connection_string


@pytest.mark.parametrize(
    ("url", "bare", "password"),
    [
        ("postgresql://me:a%40b@one/x", "postgresql://me@one/x", "a@b"),
        ("postgresql://me@one/x?password=a%26b&sslmode=require", "postgresql://me@one/x?sslmode=require", "a&b"),
        ("postgresql://me@one/x?sslmode=require&password=ab", "postgresql://me@one/x?sslmode=require", "ab"),
        ("postgresql://me@one/x?password=ab", "postgresql://me@one/x", "ab"),
        ("postgresql://me@/x?host=/run", "postgresql://me@/x?host=/run", ""),
        ("postgresql://me:ab@one,two/x", "postgresql://me@one,two/x?target_session_attrs=primary", "ab"),
    ],
)
def test_no_password_is_where_all_on_the_machine_can_read_it(url: str, bare: str, password: str) -> None:
    assert connection_string(url) == (bare, password)
