"""The statements that a report runs, and what they scanned."""

from typing import Any

from springtide.aws import athena
from springtide.model.errors import SpringtideError
from springtide.model.settings import Settings

from cli.asking import run_to_end
from cli.errors import CommandError


class Queries:
    """Runs statements one after the other; `run` is how many, `scanned_bytes` what they scanned."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.run = 0
        self.scanned_bytes = 0

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a SELECT, as texts.

        Raises CommandError with Athena's reason.
        """
        try:
            ended = run_to_end(self._settings, sql, "report")
        except SpringtideError as err:
            raise CommandError(f"{err}; the statement was:\n{sql}") from err
        self.run += 1
        self.scanned_bytes += ended.outcome.scanned_bytes
        return list(athena.rows(ended.query_id))
