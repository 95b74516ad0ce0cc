"""From what someone typed to what PostgreSQL searches."""

from hypothesis import given
from hypothesis import strategies as st

from banyan.kit.search import as_query


@given(st.text(max_size=200))
def test_a_query_is_quoted_words_joined_by_and(text: str) -> None:
    query = as_query(text)
    if query is not None:
        assert query.endswith("':*")
        for word in query.removesuffix(":*").split(" & "):
            assert word[0] == word[-1] == "'"
            assert word[1:-1].replace("_", "a").isalnum()
