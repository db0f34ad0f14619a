"""Sample landing data of the Flanders traffic feed, at any size and the same for the same seed."""

from offline.generate.landing import generate
from offline.generate.options import GenerateError, GenerateOptions
from offline.generate.summary import GenerateSummary

__all__ = ["GenerateError", "GenerateOptions", "GenerateSummary", "generate"]
