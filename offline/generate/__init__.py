"""Generates sample landing data of the Flanders traffic feed, at any size, reproducible by seed."""

from offline.generate.landing import GenerateSummary, generate
from offline.generate.options import GenerateError, GenerateOptions

__all__ = ["GenerateError", "GenerateOptions", "GenerateSummary", "generate"]
