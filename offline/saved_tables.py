"""The tables that a machine has saved, for queries only: faster to load than a whole stack."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from moto.glue.models import glue_backends
from moto.s3.models import s3_backends

from offline import snapshot
from offline.athena.catalog.catalog import Catalog
from offline.athena.engine import DuckDBEngine
from offline.athena.service.executor import AthenaService
from offline.clients import ACCOUNT, REGION
from offline.process import offline_process, only_one
from offline.s3.objects import Objects


@dataclass(frozen=True)
class SavedTables:
    """An Athena over the saved tables, and the outputs of their stack."""

    athena: AthenaService
    outputs: dict[str, str]


@contextmanager
def saved_tables(home: Path) -> Iterator[SavedTables]:
    """Load what a machine saved in `home` for queries; nothing is written there.

    Raises SnapshotError and MachineAlreadyUpError.
    """
    with only_one(), offline_process(), TemporaryDirectory(prefix="springtide-objects-") as folder:
        _forget()
        objects = Objects(ACCOUNT, Path(folder))
        catalog = Catalog(ACCOUNT, REGION)
        athena = AthenaService(objects, catalog, DuckDBEngine(objects, catalog))
        try:
            yield SavedTables(athena, snapshot.load_tables(home, objects))
        finally:
            athena.close()
            _forget()


def _forget() -> None:
    s3_backends.reset()
    glue_backends.reset()
