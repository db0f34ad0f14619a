"""The server that the other tests here ask."""

from tests.trino import server
from tests.trino.conftest import Trino


def test_the_server_is_the_version_that_values_are_recorded_of(trino: Trino) -> None:
    assert trino.rows("SELECT version()") == [[server.VERSION]]
