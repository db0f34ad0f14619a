"""JSON documents in the lake bucket: what is too large to travel between states."""

import json
from dataclasses import dataclass
from typing import Any

from springtide.aws import clients


@dataclass(frozen=True)
class Store:
    """The documents of slices, under `slices/<slice>/` in the lake bucket."""

    bucket: str

    def write(self, slice_id: str, name: str, document: Any) -> None:
        """Keeps a document; a retry writes the same again."""
        body = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
        clients.s3().put_object(
            Bucket=self.bucket, Key=_key(slice_id, name), Body=body, ContentType="application/json"
        )

    def uri(self, slice_id: str, name: str) -> str:
        """Where a document lies."""
        return f"s3://{self.bucket}/{_key(slice_id, name)}"

    def read(self, slice_id: str, name: str) -> Any:
        """The document; raises botocore's NoSuchKey if it was never written."""
        answer = clients.s3().get_object(Bucket=self.bucket, Key=_key(slice_id, name))
        return json.loads(answer["Body"].read())


def _key(slice_id: str, name: str) -> str:
    return f"slices/{slice_id}/{name}.json"
