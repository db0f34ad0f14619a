"""A headless Chromium, driven over its debugging pipe: JSON ended by NUL, no port, no library."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = f"needs a browser on the path: one of {', '.join(NAMES)}"
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--remote-debugging-pipe",
)  # fmt: skip
_PROBLEMS = {"Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"}
# What is in place once all charts are drawn in the device's colours.
_DRAWN = """new Promise((done, fail) => {
  const look = (left) => document.documentElement.dataset.drawn === %s ? done(true)
    : left ? setTimeout(look, 50, left - 1) : fail(new Error("the charts were not drawn"));
  look(2400);
})"""


def find() -> str | None:
    """The browser's path, None if there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """A page in the browser; `problems` are errors that it threw, or wrote to its console."""

    def __init__(self, read: int, write: int) -> None:
        self._read = os.fdopen(read, "rb")
        self._write = os.fdopen(write, "wb")
        self._ids = count(1)
        self._left = b""
        self._loaded = False
        self._session: str | None = None
        self.problems: list[str] = []
        self.requested: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the DevTools protocol; raises RuntimeError with what it refuses."""
        number = next(self._ids)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._write.write(json.dumps(message).encode() + b"\0")
        self._write.flush()
        while True:
            answer = self._next()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def open(
        self, file: Path, *, scheme: str = "light", width: int = 1100, helpers: str = ""
    ) -> Self:
        """Show a file on a device of this width and colour scheme, until its charts are drawn.

        `helpers` is a script that `value` may use.
        """
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        self.turn(scheme)
        self._loaded = False
        self.call("Page.navigate", url=file.resolve().as_uri())
        while not self._loaded:
            self._note(self._next())
        self.drawn(scheme)
        self.value(helpers)
        return self

    def turn(self, scheme: str) -> None:
        """Turn the device light or dark."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.call("Emulation.setEmulatedMedia", features=[feature])

    def drawn(self, scheme: str) -> None:
        """Wait until the charts are drawn in these colours."""
        self.value(_DRAWN % json.dumps(scheme))

    def value(self, script: str) -> Any:
        """The value of an expression in the page; raises RuntimeError with what it throws."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"]
            raise RuntimeError(thrown.get("exception", {}).get("description", thrown["text"]))
        return answer["result"].get("value")

    def picture(self, height: int) -> bytes:
        """A PNG of the page's top."""
        width = self.value("innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            read = self._read.read1(65_536)
            if not read:
                raise RuntimeError("the browser has ended")
            self._left += read
        message, _, self._left = self._left.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def _note(self, event: dict[str, Any]) -> None:
        if event["method"] == "Page.loadEventFired":
            self._loaded = True
        elif event["method"] in _PROBLEMS:
            self.problems.append(json.dumps(event["params"])[:1000])
        elif event["method"] == "Network.requestWillBeSent":
            self.requested.append(event["params"]["request"]["url"])

    def close(self) -> None:
        """Let the browser end."""
        self._write.close()
        self._read.close()


@contextmanager
def browser() -> Iterator[Page]:
    """A page of a browser that ends with this; it must be installed."""
    path = find()
    assert path is not None, MISSING
    ours_in, theirs_out = os.pipe()
    theirs_in, ours_out = os.pipe()

    def wire() -> None:
        # The browser reads from 3 and writes to 4; copies first, since these may be in the way.
        read, write = os.dup(theirs_in), os.dup(theirs_out)
        os.dup2(read, 3)
        os.dup2(write, 4)

    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [path, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=wire, pass_fds=(3, 4, theirs_in, theirs_out),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            page = Page(ours_in, ours_out)
            try:
                yield page
            finally:
                page.close()
        finally:
            process.terminate()
            process.wait(timeout=30)
