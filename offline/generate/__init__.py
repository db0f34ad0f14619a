"""Sample landing data of the Flanders traffic feed, at any size and the same for the same seed."""

from offline.generate.landing import GenerateSummary, generate
from offline.generate.options import GenerateError, GenerateOptions

__all__ = ["GenerateError", "GenerateOptions", "GenerateSummary", "generate"]
