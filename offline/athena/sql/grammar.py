"""Reads Athena's SQL so that every function keeps the name and the arguments that it has there.

SQLGlot's own reading of Trino gives functions classes of their own, under which `median(x)`, which
Trino does not have, looks like `approx_percentile(x, 0.5)`. Here a call stays a call.
"""

from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import TokenType

LITERAL = "literal"  # in a cast's meta: written `DATE '…'`, not `CAST('…' AS date)`
_SPECIAL = ("CAST", "TRY_CAST", "EXTRACT", "TRIM", "POSITION", "SUBSTRING", "LISTAGG")
_REFUSED = ("JSON_QUERY", "JSON_VALUE", "NORMALIZE", "JSON_OBJECT", "JSON_TABLE")


def _literal(parser: TrinoParser, this: exp.Expr, to: exp.DataType) -> exp.Expr:
    made = parser.expression(exp.Cast(this=this, to=to))
    made.meta[LITERAL] = True
    return made


class Athena(Trino):
    """Trino's SQL with plain calls, and subscripts as they are written."""

    INDEX_OFFSET = 0

    class Parser(TrinoParser):
        """SQLGlot's parser without classes for functions."""

        FUNCTIONS: ClassVar = {}
        COLUMN_OPERATORS: ClassVar = {TokenType.DOT: TrinoParser.COLUMN_OPERATORS[TokenType.DOT]}
        FUNCTION_PARSERS: ClassVar = {
            name: TrinoParser.FUNCTION_PARSERS[name] for name in (*_SPECIAL, *_REFUSED)
        }
        NO_PAREN_FUNCTION_PARSERS: ClassVar = {
            "CASE": TrinoParser.NO_PAREN_FUNCTION_PARSERS["CASE"]
        }
        NO_PAREN_FUNCTIONS: ClassVar = {
            kind: TrinoParser.NO_PAREN_FUNCTIONS[kind]
            for kind in (
                TokenType.CURRENT_DATE,
                TokenType.CURRENT_TIMESTAMP,
                TokenType.LOCALTIMESTAMP,
            )
        }
        TYPE_LITERAL_PARSERS: ClassVar = dict.fromkeys(
            (
                exp.DType.DATE,
                exp.DType.DECIMAL,
                exp.DType.DOUBLE,
                exp.DType.JSON,
                exp.DType.TIME,
                exp.DType.TIMESTAMP,
                exp.DType.TIMESTAMPTZ,
            ),
            _literal,
        )
