"""Two that change a table at once: the later one is told, as Glue tells it."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from offline.machine import Machine
from tests.local.stacks import write_stack


def test_update_with_an_old_version_of_the_table_is_refused(tmp_path: Path) -> None:
    with Machine(tmp_path / "home", template=write_stack(tmp_path)) as machine:
        glue = machine.client("glue")
        glue.create_database(DatabaseInput={"Name": "db"})
        glue.create_table(DatabaseName="db", TableInput={"Name": "t"})
        seen = glue.get_table(DatabaseName="db", Name="t")["Table"]["VersionId"]

        glue.update_table(
            DatabaseName="db", TableInput={"Name": "t", "Owner": "one"}, VersionId=seen
        )
        with pytest.raises(ClientError, match="ConcurrentModificationException"):
            glue.update_table(
                DatabaseName="db", TableInput={"Name": "t", "Owner": "two"}, VersionId=seen
            )

        assert glue.get_table(DatabaseName="db", Name="t")["Table"]["Owner"] == "one"
        glue.update_table(DatabaseName="db", TableInput={"Name": "t", "Owner": "three"})
        assert glue.get_table(DatabaseName="db", Name="t")["Table"]["Owner"] == "three"
