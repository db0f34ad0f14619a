"""Pieces of HTML; this is the only place that escapes text."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

# How a column's values are shown and sorted.
TEXT, LONG, NUMBER, BYTES, DOLLARS, CODE = "text", "long", "number", "bytes", "dollars", "code"
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


class Column(NamedTuple):
    """A column of a table: its heading, the member of a row that it shows, and how."""

    title: str
    name: str
    kind: str = TEXT


class Chart(NamedTuple):
    """A chart: its id, its caption, its text for screen readers, and its Vega-Lite spec."""

    id: str
    caption: str
    description: str
    spec: Mapping[str, Any]


def text(value: object) -> str:
    """A value as text; characters that a page cannot show are escaped."""
    shown = "".join(c if c.isprintable() or c in "\n\t" else repr(c)[1:-1] for c in str(value))
    return escape(shown)


def paragraph(words: str) -> str:
    """A paragraph of text."""
    return f"<p>{text(words)}</p>"


def section(id_: str, title: str, *parts: str) -> str:
    """A section with a heading that names it."""
    return (
        f'<section id="{id_}" aria-labelledby="{id_}-h"><h2 id="{id_}-h">{text(title)}</h2>'
        f"{''.join(parts)}</section>"
    )


def figure(chart: Chart) -> str:
    """The container in which the page's script draws a chart."""
    return (
        f'<figure><figcaption>{text(chart.caption)}</figcaption><div class="chart" role="img"'
        f' data-chart="{chart.id}" aria-label="{text(chart.description)}"></div></figure>'
    )


def details(summary: str, *parts: str) -> str:
    """Content that is folded until a reader opens it."""
    return f"<details><summary>{text(summary)}</summary>{''.join(parts)}</details>"


def table(caption: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> str:
    """A table that the page's script sorts when a heading is pressed."""
    head = "".join(
        f'<th scope="col" class="{c.kind}"><button type="button">{text(c.title)}</button></th>'
        for c in columns
    )
    body = "".join(
        f"<tr>{''.join(_cell(c, row.get(c.name)) for c in columns)}</tr>" for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(caption)}"><table>'
        f"<caption>{text(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return f'<td class="{column.kind}" data-value="">&ndash;</td>'
    if column.kind in (TEXT, LONG):
        return f'<td class="{column.kind}">{text(value)}</td>'
    if column.kind == CODE:
        return f'<td class="code"><code>{text(value)}</code></td>'
    shown = {BYTES: size, DOLLARS: dollars}.get(column.kind, number)(value)
    return f'<td class="{column.kind}" data-value="{value}">{shown}</td>'


def number(value: float) -> str:
    """A number as people read it."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def short(value: float) -> str:
    """A number in three digits, or in all of a larger whole part."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def dollars(value: float) -> str:
    """A price; that of a single query is far below a cent."""
    return f"${value:,.4f}"


def size(value: float) -> str:
    """Bytes in the unit that suits them."""
    for unit in _UNITS:
        if value < 1024 or unit == _UNITS[-1]:
            break
        value /= 1024
    return f"{value:,.0f} {unit}" if unit == _UNITS[0] else f"{value:,.1f} {unit}"
