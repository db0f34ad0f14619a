"""Guesses a data set's declaration from a sample of its landing."""

from cli.errors import CommandError
from cli.guessing import roles
from cli.guessing.members import is_declarable, members, names_by_case
from cli.guessing.sample import NO_OBJECT, Sample
from cli.guessing.writing import Guess

_RARE = 0.002


def guess(sample: Sample) -> Guess:
    """Return the likeliest declaration of a landing; raises CommandError without documents."""
    if not sample.documents:
        seen = "; ".join(sample.noted()) or "all are empty"
        if NO_OBJECT in sample.notes:
            seen += "; lines of JSON and Parquet are read, so convert others, such as CSV"
        raise CommandError(f"no event in {sample.objects:,} objects: {seen}")
    layout = sample.layout
    documents = [document for _, document in sample.documents]
    # A member that hardly any document has is more often a mistake than a field; it is named.
    all_members = members(documents)
    fit = [member for member in all_members if is_declarable(member)]
    unfit = [member.name for member in all_members if not is_declarable(member)]
    if sample.columns:  # objects whose columns differ are noted
        fit = [member for member in fit if sample.column(member.path)]
    found = [member for member in fit if member.present >= _RARE * len(documents)]
    rare = [member.name for member in fit if member not in found]
    arrived = {
        number: hour.start
        for number, (name, _) in enumerate(sample.documents)
        if layout and (hour := layout.hour(name))
    }
    times = roles.times(found, arrived, len(documents))
    time = times[0] if times else None
    key = roles.key(found, time, documents)
    revision, revised = roles.revision(found, time, key, documents)
    alike = names_by_case(documents)
    return Guess(sample, found, rare, unfit, alike, times, key, revision, revised)
