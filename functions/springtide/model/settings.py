"""A function's settings, read from its environment."""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from springtide.model.arrival import FIRST_ARRIVAL_HOUR, ArrivalHour
from springtide.model.errors import SettingsError
from springtide.model.lanes import MAX_FRESH_HOURS
from springtide.model.wording import shown

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_SHARE = re.compile(r"[0-9]*[.]?[0-9]+([eE][+-]?[0-9]+)?")
# The pattern of template.yaml: `$`, braces, `*` and `?` would have a meaning in a table's location
# template or in a policy.
PREFIX = r"(?:[^/\s${}*?][^\s${}*?]*/)?"


@dataclass(frozen=True)
class Settings:
    """One stack's names and limits, as template.yaml passes them to every function."""

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
    fresh_hours: int
    defer_hours: int
    # Whether the stack has a delivery stream of its own.
    delivers: bool = False
    # Set only for the function that collects garbage.
    retain_days: int | None = None
    # Set only for the function that reports failed runs.
    alarm_topic: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Reads the settings from `env`, the process's environment unless given.

        Raises SettingsError naming the variable that is missing or wrong.
        """
        source = os.environ if env is None else env

        def text(name: str) -> str:
            try:
                return source[name]
            except KeyError:
                raise SettingsError(f"environment variable {name} is not set") from None

        def number(name: str, least: int, most: float = math.inf) -> int:
            if not _INTEGER.fullmatch(text(name)):
                raise SettingsError(f"{name}={shown(text(name))} is not a whole number")
            value = int(text(name))
            if not least <= value <= most:
                raise SettingsError(f"{name}={value} is not between {least} and {most}")
            return value

        def share(name: str) -> float:
            if not _SHARE.fullmatch(text(name)) or float(text(name)) > 1:
                raise SettingsError(f"{name}={shown(text(name))} is not a number from 0 to 1")
            return float(text(name))

        def prefix(name: str) -> str:
            if not re.fullmatch(PREFIX, text(name)):
                raise SettingsError(
                    f"{name}={shown(text(name))} is neither empty nor a key prefix that ends in a"
                    " slash, without spaces and without any of $ { } * ?"
                )
            return text(name)

        def hour(name: str) -> ArrivalHour:
            try:
                found = ArrivalHour.parse(text(name))
            except ValueError as err:
                raise SettingsError(f"{name}: {err}") from None
            if found < FIRST_ARRIVAL_HOUR:
                raise SettingsError(
                    f"{name}: {found} is before {FIRST_ARRIVAL_HOUR}, where the landing begins"
                )
            return found

        return cls(
            stack=text("STACK_NAME"),
            data_set=text("DATA_SET"),
            database=text("DATABASE"),
            workgroup=text("WORKGROUP"),
            landing_bucket=text("LANDING_BUCKET"),
            landing_prefix=prefix("LANDING_PREFIX"),
            lake_bucket=text("LAKE_BUCKET"),
            ledger_table=text("LEDGER_TABLE"),
            crawler=text("CRAWLER"),
            start_from=hour("START_FROM"),
            look_back_hours=number("LOOK_BACK_HOURS", 1, 744),
            settle_minutes=number("SETTLE_MINUTES", 0, 1440),
            max_slice_bytes=number("MAX_SLICE_BYTES", 1),
            max_reject_share=share("MAX_REJECT_SHARE"),
            crawl_every_hours=number("CRAWL_EVERY_HOURS", 1, 8760),
            fresh_hours=number("FRESH_HOURS", 0, MAX_FRESH_HOURS),
            defer_hours=number("DEFER_HOURS", 0, 720),
            delivers=source.get("CREATE_DELIVERY_STREAM") == "true",
            retain_days=number("RETAIN_DAYS", 1, 36_500) if "RETAIN_DAYS" in source else None,
            alarm_topic=source.get("ALARM_TOPIC"),
        )
