"""The lease held by a pretended execution, as the handlers' tests have it."""

from tests.functions.conftest import leased

__all__ = ["leased"]
