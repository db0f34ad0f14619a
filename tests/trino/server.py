"""A Trino server for the tests: unpacked from Maven's archive, started on a Java, stopped.

`python -m tests.trino.server` runs tests/trino beside one; `--keep` leaves out the tests and keeps
the server in the foreground, with a catalog over what `springtide serve` serves.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from cli.trino import DEFAULT_SERVED
from offline import kept_on_disk
from offline.athena.trino.client import DEFAULT_CATALOG, Server, ask
from tests.trino.catalogs import create_catalog

VERSION = "476"  # the newest that Maven Central has; it runs on Java 24 and newer
JAVA_NEEDED = 24
CACHE = kept_on_disk.folder()
_ARTIFACT = f"io.trino:trino-server:{VERSION}:tar.gz"
_ARCHIVE = f"io/trino/trino-server/{VERSION}/trino-server-{VERSION}.tar.gz"
_KEPT = ("lib/", "plugin/hive/")
_STARTED_SECONDS = 120
_JVM = (
    "-server",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:ReservedCodeCacheSize=256M",
    "-XX:PerMethodRecompilationCutoff=10000",
    "-XX:PerBytecodeRecompilationCutoff=10000",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:G1NumCollectionsKeepPinned=10000000",
    "-Djdk.attach.allowAttachSelf=true",
    "-Djdk.nio.maxCachedBufferSize=2000000",
    "-Dfile.encoding=UTF-8",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-modules=jdk.incubator.vector",
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
)


class UnavailableError(Exception):
    """When this machine cannot run a Trino; the message says what is missing."""


def find_java() -> Path:
    """Return a `java` that is new enough. Raises UnavailableError."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    homes += sorted(Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"))
    found = [home / "bin" / "java" for home in homes]
    if on_path := shutil.which("java"):
        found.append(Path(on_path))
    for java in found:
        if java.is_file() and _java_version(java) >= JAVA_NEEDED:
            return java
    raise UnavailableError(
        f"Trino {VERSION} needs Java {JAVA_NEEDED} or newer, and none is in JAVA_HOME, /usr/lib/jvm"
        " or PATH"
    )


def _java_version(java: Path) -> int:
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    return int(version[1]) if version else 0


def find() -> None:
    """See that a server can be run here, without any download. Raises UnavailableError."""
    find_java()
    if not (CACHE / f"trino-server-{VERSION}").is_dir() and not _stored().is_file():
        _find_maven()


def _stored() -> Path:
    return Path.home() / ".m2" / "repository" / _ARCHIVE


def _find_maven() -> str:
    maven = shutil.which("mvn")
    if maven is None:
        raise UnavailableError(f"Maven (mvn) is not installed, which downloads {_ARTIFACT}")
    return maven


def find_home() -> Path:
    """Return the folder of the unpacked server; the first time Maven downloads it.

    Raises UnavailableError.
    """
    home = CACHE / f"trino-server-{VERSION}"
    if not home.is_dir():
        scratch = CACHE / f"unpacking-{os.getpid()}"
        _unpack(_archive(), scratch)
        scratch.rename(home)
    return home


def _archive() -> Path:
    stored = _stored()
    if not stored.is_file():
        maven = _find_maven()
        asked = f"-Dartifact={_ARTIFACT}"
        got = subprocess.run(
            [maven, "-q", "-B", "dependency:get", asked, "-Dtransitive=false"], check=False
        )
        if got.returncode or not stored.is_file():
            raise UnavailableError(f"Maven could not download {_ARTIFACT} to {stored}")
    return stored


def _unpack(archive: Path, target: Path) -> None:
    """Unpack what is needed; a jar of one plugin may be a link to another plugin's."""
    with tarfile.open(archive) as listed:
        wanted: dict[str, list[Path]] = {}
        for member in listed:
            path = member.name.partition("/")[2]
            if path.startswith(_KEPT) and not member.isdir():
                source = member.linkname if member.islnk() else member.name
                wanted.setdefault(source, []).append(target / path)
    with tarfile.open(archive, mode="r|gz") as streamed:
        for member in streamed:
            content = streamed.extractfile(member) if member.name in wanted else None
            if content is None:
                continue
            first, *others = wanted[member.name]
            first.parent.mkdir(parents=True, exist_ok=True)
            with first.open("wb") as file:
                shutil.copyfileobj(content, file)
            for other in others:
                other.parent.mkdir(parents=True, exist_ok=True)
                other.hardlink_to(first)


@contextmanager
def running(folder: Path, *, port: int, heap: str) -> Iterator[str]:
    """Start a server that takes catalogs by CREATE CATALOG; yield its URL; stop it.

    Raises UnavailableError.
    """
    java, home = find_java(), find_home()
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    (folder / "config.properties").write_text(
        "coordinator=true\n"
        "node-scheduler.include-coordinator=true\n"
        f"http-server.http.port={port}\n"
        f"discovery.uri=http://127.0.0.1:{port}\n"
        "catalog.management=dynamic\n"
        "catalog.store=memory\n"
        "node.internal-address=127.0.0.1\n"
    )
    (folder / "log.properties").write_text("io.trino=WARN\n")
    command = [
        str(java),
        f"-Xmx{heap}",
        *_JVM,
        f"-Dconfig={folder / 'config.properties'}",
        f"-Dlog.levels-file={folder / 'log.properties'}",
        "-Dnode.environment=test",
        "-Dnode.id=test",
        f"-Dnode.data-dir={data}",
        f"-Dplugin.dir={home / 'plugin'}",
        "-cp",
        f"{home / 'lib'}/*",
        "io.trino.server.TrinoServer",
    ]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=data, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_started(process, url, folder / "server.log")
        yield url
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_started(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + _STARTED_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/v1/info", timeout=5) as answer:
                if b'"starting":false' in answer.read():
                    return
        except OSError:
            pass  # it does not listen yet
        time.sleep(0.2)
    raise UnavailableError(f"Trino did not start; its log ends:\n{log.read_text()[-2000:]}")


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def main() -> int:
    """Run the tests beside a server, or only the server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, help="the server's; a free one where none is given")
    parser.add_argument("--heap", default="4G", help="the server's memory")
    parser.add_argument("--keep", action="store_true", help="run no tests, until ctrl-C")
    parser.add_argument("--find", action="store_true", help="only say whether it can be run here")
    options, others = parser.parse_known_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    port = options.port or free_port()
    try:
        if options.find:
            find()
            return 0
        with (
            TemporaryDirectory(prefix="springtide-trino-") as folder,
            running(Path(folder), port=port, heap=options.heap) as url,
        ):
            if options.keep:
                ask(Server.at(url), create_catalog(DEFAULT_CATALOG, f"http://{DEFAULT_SERVED}"))
                print(f"Trino {VERSION} answers at {url}; ctrl-C stops it", flush=True)
                signal.pause()
            command = [sys.executable, "-m", "pytest", "-m", "trino", *(others or ["tests/trino"])]
            told = {**os.environ, "TRINO_URL": url}
            return subprocess.run(command, env=told, check=False).returncode
    except UnavailableError as error:
        print(f"make trino: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0 if options.keep else 1


if __name__ == "__main__":
    sys.exit(main())
