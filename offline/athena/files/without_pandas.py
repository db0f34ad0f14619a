"""Has pyarrow find no pandas when it looks for it, which it does at the first array that it makes.

Nothing here needs pandas, and to import it takes half a second. Who asks pyarrow for a DataFrame
later still gets one: it looks again then.
"""

import sys
from unittest.mock import patch

import pyarrow as pa


class _NoPandas:
    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("pyarrow is to do without", name=name)


def look() -> None:
    """Make the first array, unless pandas is there already."""
    if "pandas" not in sys.modules:
        with patch.object(sys, "meta_path", [_NoPandas(), *sys.meta_path]):
            pa.scalar("", pa.string())
