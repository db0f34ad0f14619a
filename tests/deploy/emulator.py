"""ministack, a CloudFormation of this machine that takes SAM templates, as a process of its own."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offline.clients import ACCOUNT, REGION

UP_SECONDS = 120


@contextmanager
def emulator(executable: Path, folder: Path) -> Iterator[dict[str, str]]:
    """Runs ministack with its files in a folder; yields the environment that reaches it.

    Raises RuntimeError with its log if it does not answer.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    reach = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    own = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        # So that names and ARNs are those of the offline machine.
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
    }
    log = folder / "ministack.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [executable],
            env=os.environ | reach | own | {"TMPDIR": str(folder), "HOME": str(folder)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_up(process, reach["AWS_ENDPOINT_URL"], log)
        yield reach
    finally:
        # It keeps a process for each function.
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _wait_until_up(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + UP_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"ministack does not answer:\n{log.read_text()}")
