"""How a statement is refused: as Trino would, or because only a real Trino answers it rightly."""

from sqlglot import exp

from offline.athena.service.errors import QueryFailed, not_supported, syntax_error

HINT = "a real Trino runs it: --trino URL"


def refuse(node: exp.Expr, what: str = "") -> QueryFailed:
    """Return the failure of a form that Trino may know and the embedded engine does not offer."""
    shown = node.sql(dialect="trino")
    shown = shown if len(shown) < 200 else shown[:200] + "…"
    return not_supported(
        f"the embedded engine does not offer {what or node.key} (in {shown}); {HINT}"
    )


def mismatch(problem: str, node: exp.Expr) -> QueryFailed:
    """Return the failure of operands whose types Trino does not take."""
    return syntax_error(f"TYPE_MISMATCH: line 1:1: {problem}: {node.sql(dialect='trino')}")
