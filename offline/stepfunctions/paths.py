"""JSONPath as in Step Functions: a path to one value gives that value, not a list of it."""

import re
from functools import lru_cache
from typing import Any

from jsonpath_ng.ext.parser import parse

from offline.stepfunctions import moto_asl

QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
MANY = re.compile(r"\.\.|\*|\[[^\]]*[:?,]")


def install() -> None:
    """Replace the interpreter's path lookup."""
    moto_asl.module("models")  # loads every module that imports the lookup
    original = moto_asl.module("asl.utils.json_path").extract_json
    moto_asl.replace_everywhere("extract_json", original, extract)


def extract(path: str, data: Any) -> Any:
    """The result of a path: one value, or a list if the path can match several.

    Raises moto's NoSuchJsonPathError.
    """
    found = [match.value for match in _parsed(path).find(data)]
    if names_many(path):
        return found
    if not found:
        raise moto_asl.module("asl.utils.json_path").NoSuchJsonPathError(json_path=path, data=data)
    return found[0]


def names_many(path: str) -> bool:
    """Whether a path could match more than one value (`..`, `*`, slices, unions and filters)."""
    return MANY.search(QUOTED.sub("", path)) is not None


@lru_cache(maxsize=4096)
def _parsed(path: str) -> Any:
    return parse(path)
