"""A declaration without mistakes."""

GOOD = """
name = "d"
description = "a data set"
[event_time]
field = "at"
[key]
fields = ["id"]
[revision]
field = "changed"
[lateness]
too_old_hours = 24
in_future_hours = 1
[[fields]]
name = "id"
type = "bigint"
[[fields]]
name = "at"
type = "timestamp"
formats = ["epoch_ms"]
[[fields]]
name = "changed"
type = "timestamp"
formats = ["iso8601"]
[[fields]]
name = "os"
type = "varchar"
path = "device.os"
[[rules]]
reason = "no_os"
reject_when = "os IS NULL"
"""
