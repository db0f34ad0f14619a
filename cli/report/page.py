"""Writes the page: one file that contains its figures, charts, style and scripts."""

import base64
import hashlib
import json
from dataclasses import asdict
from functools import cache
from importlib import resources
from importlib.metadata import version
from typing import Any

from cli.report.gather import Facts
from cli.report.markup import number, text
from cli.report.sections import sections

# The figures at the top: members of the account, and their labels.
_FIGURES = {
    "lines": "lines read", "distinct": "rows published", "duplicates": "duplicates",
    "rejected": "rejected", "waiting": "late, waiting", "arrival_hours": "arrival hours",
}  # fmt: skip
_LIBRARY = "window.vegaEmbed = vegaEmbed;"


def page(facts: Facts) -> str:
    """Return the HTML. It loads nothing from elsewhere, and only its own scripts run."""
    markup, charts = sections(facts)
    specs = {chart.id: chart.spec for chart in charts}
    scripts = [_library(), _file("page.js")]
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {hashes}"
    title = f"{facts.data_set}: what the runs made of what landed"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{text(title)}</title>
<style>{_file("page.css")}</style>
</head>
<body>
<header>
<h1>{text(title)}</h1>
<p>{text(facts.place)}, {text(facts.made_at[:16].replace("T", " "))} UTC, Springtide
{text(version("springtide"))}. {_completeness(facts)}</p>
{_failure(facts)}<dl class="figures">{_figures(facts)}</dl>
</header>
<main>{markup}</main>
<script type="application/json" id="facts">{_data(asdict(facts))}</script>
<script type="application/json" id="charts">{_data(specs)}</script>
<script>{scripts[0]}</script>
<script>{scripts[1]}</script>
</body>
</html>
"""


def _figures(facts: Facts) -> str:
    account = facts.account
    shown = {**account, "rejected": sum(account["rejected"].values())}
    return "".join(
        f'<div><dt>{called}</dt><dd data-figure="{name}">{number(shown[name])}</dd></div>'
        for name, called in _FIGURES.items()
    )


def _completeness(facts: Facts) -> str:
    if facts.complete_up_to is None:
        return "Nothing is complete yet."
    return f"Complete up to arrival hour {text(facts.complete_up_to)}."


def _failure(facts: Facts) -> str:
    if facts.failure is None:
        return ""
    said = ": ".join(str(facts.failure[name]) for name in ("status", "error", "cause"))
    return f'<p class="failure" role="alert">The last run ended as {text(said)}</p>'


def _data(value: Any) -> str:
    """JSON that cannot end the element that contains it."""
    said = json.dumps(value, separators=(",", ":"), default=str, allow_nan=False)
    return said.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def _library() -> str:
    """Vega, Vega-Lite and vega-embed in one script, with their dependencies."""
    # Not imported at the top: it is a large library that only this page needs.
    import vl_convert

    script: str = vl_convert.javascript_bundle(_LIBRARY)
    # So that no text in it can end the element that contains it.
    return script.replace("</script", "<\\/script")


def _file(name: str) -> str:
    return resources.files("cli.report").joinpath(name).read_text(encoding="utf-8")


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
