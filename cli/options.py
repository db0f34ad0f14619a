"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

from typer import Option

OutOption = Annotated[Path | None, Option(help="The --out folder of a run.")]
StackOption = Annotated[str | None, Option(help="A deployed stack's name, in place of --out.")]
RegionOption = Annotated[str | None, Option(help="Region of --stack.")]
ProfileOption = Annotated[str | None, Option(help="AWS profile for --stack.")]
ParameterOption = Annotated[
    list[str] | None,
    Option(metavar="NAME=VALUE", help="A template parameter, such as MaxSliceBytes=1000000."),
]
