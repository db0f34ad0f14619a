"""Reads and writes the documents of one slice, which its steps hand to each other.

They are JSON in the lake bucket, since they are too large to travel between states.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from springtide.aws import clients
from springtide.model.documents import Chunks, HourCounts, Passed, Plan

# The document that holds a step's chunks: of the slice's own tables, or of the derived ones.
CHUNKS_OF = {
    "merge": "partitions",
    "audit": "partitions",
    "derive": "derived",
    "audit_derived": "derived",
}
# The audit of each step that stages versions.
AUDIT_OF = {"merge": "audit", "derive": "audit_derived"}


@dataclass(frozen=True)
class Documents:
    """The documents of a slice. Reading one that was never written raises S3's NoSuchKey."""

    bucket: str
    slice: str

    def plan(self) -> Plan:
        """What the slice ingests."""
        plan: Plan = self.read("plan")
        return plan

    def keep_plan(self, plan: Plan) -> None:
        """Writes what the slice ingests."""
        self.write("plan", plan)

    def counts(self) -> dict[str, HourCounts]:
        """The account of each arrival hour of the slice."""
        counts: dict[str, HourCounts] = self.read("counts")
        return counts

    def keep_counts(self, counts: dict[str, HourCounts]) -> None:
        """Writes the account of each arrival hour of the slice."""
        self.write("counts", counts)

    def chunks(self, step: str) -> Chunks:
        """The chunks of a step or of its audit."""
        chunks: Chunks = self.read(CHUNKS_OF[step])
        return chunks

    def keep_chunks(self, step: str, chunks: Chunks) -> None:
        """Writes the chunks of a step."""
        self.write(CHUNKS_OF[step], chunks)

    def passed(self, step: str, number: int) -> Passed:
        """The partitions of a chunk that passed its audit."""
        passed: Passed = self.read(f"{step}-{number}")
        return passed

    def keep_passed(self, step: str, number: int, passed: Passed) -> None:
        """Writes the partitions of a chunk that passed its audit."""
        self.write(f"{step}-{number}", passed)

    def all_passed(self) -> Iterator[Passed]:
        """The partitions that passed, of every chunk; derived tables last."""
        for step in AUDIT_OF:
            for number in range(len(self.chunks(step)["chunks"])):
                yield self.passed(step, number)

    def write(self, name: str, document: Any) -> None:
        """Writes a document by its name; a retry writes the same again."""
        body = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
        clients.s3().put_object(
            Bucket=self.bucket, Key=self._key(name), Body=body, ContentType="application/json"
        )

    def read(self, name: str) -> Any:
        """Reads a document by its name."""
        answer = clients.s3().get_object(Bucket=self.bucket, Key=self._key(name))
        return json.loads(answer["Body"].read())

    def find(self, name: str) -> Any:
        """Reads a document by its name; None if it was never written or is gone."""
        try:
            return self.read(name)
        except clients.s3().exceptions.NoSuchKey:
            return None

    def uri(self, name: str) -> str:
        """The s3:// URI of a document."""
        return f"s3://{self.bucket}/{self._key(name)}"

    def _key(self, name: str) -> str:
        return f"slices/{self.slice}/{name}.json"
