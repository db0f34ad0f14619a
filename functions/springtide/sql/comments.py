"""Removes the comments of a statement before it is sent to Athena."""

import re

# Quoted text first, so that what looks like a comment in it stays; then comments.
PIECE = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")|\s*--[^\n]*|\s*/\*.*?\*/\s*""", re.DOTALL)


def without_comments(statement: str) -> str:
    """The statement without its `--` and `/* */` comments.

    The comments are for readers of the SQL in this repository. Athena does not document that it
    accepts every comment: a semicolon in one may end the statement.
    """

    def bare(piece: re.Match[str]) -> str:
        if piece[1] is not None:
            return piece[1]
        return "" if piece[0].lstrip().startswith("--") else " "

    return PIECE.sub(bare, statement).lstrip()
