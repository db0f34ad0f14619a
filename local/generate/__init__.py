"""Sample landing data of the Flanders traffic feed, at any size and the same for the same seed."""

from local.generate.landing import generate
from local.generate.options import GenerateError, GenerateOptions
from local.generate.summary import GenerateSummary

__all__ = ["GenerateError", "GenerateOptions", "GenerateSummary", "generate"]
