"""Guesses a data set's declaration from a sample of its landing."""

from cli.errors import CommandError
from cli.guessing import roles
from cli.guessing.layout import guess_layout
from cli.guessing.members import members
from cli.guessing.sample import Sample
from cli.guessing.writing import Guess

_RARE = 0.002


def guess(sample: Sample) -> Guess:
    """Return what a sample's landing most likely is.

    Raises CommandError if it has no document.
    """
    if not sample.documents:
        seen = "; ".join(f"{what}, such as {name}" for what, name in sample.notes.items())
        raise CommandError(f"no line of {sample.objects:,} objects is a JSON object: {seen}")
    layout = guess_layout(sample.names)
    documents = [document for _, document in sample.documents]
    # What hardly any document has is a mistake more often than a field; it is named.
    all_members = members(documents)
    found = [member for member in all_members if member.present >= _RARE * len(documents)]
    rare = [member.name for member in all_members if member not in found]
    arrived = {}
    for number, (name, _) in enumerate(sample.documents):
        unit = layout.layout.match(name.removeprefix(layout.prefix)) if layout else None
        if unit is not None:
            arrived[number] = unit[0].start
    times = roles.times(found, arrived, len(documents))
    time = times[0] if times else None
    key = roles.key(found, time, documents)
    revision, revised = roles.revision(found, time, key, documents)
    return Guess(sample, layout, found, rare, times, key, revision, revised)
