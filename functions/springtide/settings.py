"""What a function's environment tells it about its stack."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from springtide.arrival import ArrivalHour
from springtide.errors import SettingsError


@dataclass(frozen=True)
class Settings:
    """One stack's names and limits, as template.yaml hands them to every function."""

    stack: str
    data_set: str
    database: str
    workgroup: str
    landing_bucket: str
    landing_prefix: str
    lake_bucket: str
    ledger_table: str
    crawler: str
    start_from: ArrivalHour
    look_back_hours: int
    settle_minutes: int
    max_slice_bytes: int
    max_reject_share: float
    crawl_every_hours: int
    # Only the function that collects garbage is told.
    retain_days: int | None = None
    # Only the function that reports failed runs is told.
    alarm_topic: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Reads the settings from `env`, the process's environment unless given.

        Raises SettingsError naming the variable that is missing or wrong.
        """
        source = os.environ if env is None else env

        def text(name: str) -> str:
            try:
                return source[name]
            except KeyError:
                raise SettingsError(f"environment variable {name} is not set") from None

        def number(name: str) -> int:
            try:
                return int(text(name))
            except ValueError:
                raise SettingsError(f"{name}={text(name)!r} is not a whole number") from None

        def share(name: str) -> float:
            try:
                return float(text(name))
            except ValueError:
                raise SettingsError(f"{name}={text(name)!r} is not a number") from None

        def hour(name: str) -> ArrivalHour:
            try:
                return ArrivalHour.parse(text(name))
            except ValueError as err:
                raise SettingsError(f"{name}: {err}") from None

        return cls(
            stack=text("STACK_NAME"),
            data_set=text("DATA_SET"),
            database=text("DATABASE"),
            workgroup=text("WORKGROUP"),
            landing_bucket=text("LANDING_BUCKET"),
            landing_prefix=text("LANDING_PREFIX"),
            lake_bucket=text("LAKE_BUCKET"),
            ledger_table=text("LEDGER_TABLE"),
            crawler=text("CRAWLER"),
            start_from=hour("START_FROM"),
            look_back_hours=number("LOOK_BACK_HOURS"),
            settle_minutes=number("SETTLE_MINUTES"),
            max_slice_bytes=number("MAX_SLICE_BYTES"),
            max_reject_share=share("MAX_REJECT_SHARE"),
            crawl_every_hours=number("CRAWL_EVERY_HOURS"),
            retain_days=number("RETAIN_DAYS") if "RETAIN_DAYS" in source else None,
            alarm_topic=source.get("ALARM_TOPIC"),
        )
