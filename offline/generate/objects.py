"""Collects lines by arrival window and writes each window as one object, named like Firehose's."""

import gzip
import zlib
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

import numpy as np

from offline.generate.options import GenerateOptions

WINDOW_S = 900  # Firehose's longest buffer: four objects an hour
_STREAM, _VERSION = "traffic", 1
_SOON_WINDOWS = 8
_NAME_STREAM = 3
_GZIP_LEVEL = 1  # these lines still shrink tenfold, at several times the default's speed


class ObjectWriter:
    """Collects lines until their window is over, then writes it; compression runs in threads."""

    def __init__(self, options: GenerateOptions) -> None:
        self._out, self._seed, self._start_s = options.out, options.seed, options.start_s
        self._soon = options.start_s // WINDOW_S + _SOON_WINDOWS
        self._waiting: dict[int, list[bytes]] = defaultdict(list)
        self._squeezed: dict[int, list[bytes]] = defaultdict(list)
        self._threads = ThreadPoolExecutor(2)
        self._writes: list[Future[int]] = []
        self.objects = 0
        self.bytes = 0

    def __enter__(self) -> "ObjectWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)

    def add(self, window: int, lines: memoryview) -> None:
        """Add whole lines to a window; compressed if they must wait, which may be for days."""
        if window < self._soon:
            self._waiting[window].append(bytes(lines))
        else:
            self._squeezed[window].append(zlib.compress(lines, _GZIP_LEVEL))

    def write_before(self, time_s: int) -> None:
        """Write every window that ended before a time; no line may be added to one later."""
        self._finish_writes()  # so that at most one hour's lines wait for a thread
        end = time_s // WINDOW_S
        self._soon = end + _SOON_WINDOWS
        for window in sorted(w for w in self._waiting.keys() | self._squeezed.keys() if w < end):
            late = [zlib.decompress(part) for part in self._squeezed.pop(window, [])]
            parts = [*late, *self._waiting.pop(window, [])]
            self._writes.append(self._threads.submit(self._write, window, parts))

    def write_rest(self) -> None:
        """Write every remaining window and wait until all objects are on disk."""
        for window in sorted(self._waiting.keys() | self._squeezed.keys()):
            self.write_before((window + 1) * WINDOW_S)
        self._finish_writes()

    def _write(self, window: int, parts: list[bytes]) -> int:
        path = self._out / self._name(window)
        path.parent.mkdir(parents=True, exist_ok=True)
        # No time and no name in the header: the same seed gives the same bytes.
        data = gzip.compress(b"".join(parts), _GZIP_LEVEL, mtime=0)
        half = path.with_name(f".{path.name}.part")
        half.write_bytes(data)
        half.rename(path)  # an interrupted generation leaves no truncated object
        return len(data)

    def _name(self, window: int) -> str:
        """Return where a window's object lands; other starts never overwrite it."""
        begin = datetime.fromtimestamp(window * WINDOW_S, UTC)
        rng = np.random.default_rng([self._seed, _NAME_STREAM, self._start_s, window])
        unique = UUID(bytes=rng.bytes(16), version=4)
        name = f"{_STREAM}-{_VERSION}-{begin:%Y-%m-%d-%H-%M-%S}-{unique}.gz"
        return f"{begin:%Y/%m/%d/%H}/{name}"

    def _finish_writes(self) -> None:
        for write in self._writes:
            self.bytes += write.result()
            self.objects += 1
        self._writes.clear()
