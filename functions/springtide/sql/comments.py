"""Takes the comments out of a statement before Athena gets it."""

import re

# Quoted text first, so that what looks like a comment in it stays; the rest are comments.
PIECE = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")|\s*--[^\n]*|\s*/\*.*?\*/\s*""", re.DOTALL)


def without_comments(statement: str) -> str:
    """The statement without its `--` and `/* */` comments.

    Comments are for readers of the SQL here. Athena is not documented to take every one of them: a
    semicolon in a comment, for one, may end the statement.
    """

    def bare(piece: re.Match[str]) -> str:
        if piece[1] is not None:
            return piece[1]
        return "" if piece[0].lstrip().startswith("--") else " "

    return PIECE.sub(bare, statement).lstrip()
