"""docs/your-own-events.md, to the letter: its commands run, and print what it shows."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from offline.project import TEMPLATE
from offline.template import load
from tests.files import ROOT

PAGE = (ROOT / "docs" / "your-own-events.md").read_text()
HERE, DEPLOYED = PAGE.split("\n## 7. Deploy it\n")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str, kind: str) -> list[str]:
    return [block for name, block in _BLOCK.findall(text) if name == kind]


def test_every_command_prints_what_the_page_shows(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    said: list[tuple[str, str]] = []
    for kind, block in _BLOCK.findall(HERE):
        if kind == "text":
            commands, printed = said[-1]
            assert printed == block, f"{commands}\nprints\n{printed}"
            continue
        assert kind == "sh"
        ran = subprocess.run(
            ["bash", "-euc", block],
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, f"{block}\n{ran.stdout}\n{ran.stderr}"
        said.append((block, ran.stdout))
    assert len(said) >= len(blocks(HERE, "text")) > 5


def test_deployment_fits_the_template_and_the_makefile() -> None:
    template = load(TEMPLATE)
    (config,) = map(tomllib.loads, blocks(DEPLOYED, "toml"))
    ours = tomllib.loads((ROOT / "samconfig.toml").read_text())["default"]["deploy"]["parameters"]
    (env,) = config.keys() - {"version"}
    given = config[env]["deploy"]["parameters"]
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,26}", given["stack_name"])
    assert given["capabilities"] == ours["capabilities"]
    overrides = dict(each.split("=", 1) for each in shlex.split(given["parameter_overrides"]))
    for name, value in overrides.items():
        pattern = template["Parameters"][name].get("AllowedPattern")
        assert pattern is None or re.fullmatch(pattern, value), name
    commands = [
        shlex.split(line) for block in blocks(DEPLOYED, "sh") for line in block.splitlines()
    ]
    (make,) = (words for words in commands if words[0] == "make")
    variables = dict(word.split("=") for word in make[2:])
    assert variables == {"DATASETS": "../my-data-sets", "DATASET": overrides["DataSet"]}
    recipe = (ROOT / "Makefile").read_text().partition(f"\n{make[1]}:")[2].partition("\n\n")[0]
    assert {f"$({name})" for name in variables} <= set(re.findall(r"\$\(DATA\w+\)", recipe))
    (sam,) = (words for words in commands if words[0] == "sam")
    assert sam[sam.index("--config-env") + 1] == env
    assert sam[sam.index("--config-file") + 1].endswith("/my-data-sets/samconfig.toml")
    stacks = re.findall(r"--stack(?:-name)? (\S+)", "\n".join(blocks(DEPLOYED, "sh")))
    assert set(stacks) == {given["stack_name"]}
    named = set(re.findall(r"OutputKey=='(\w+)'", DEPLOYED))
    assert named <= template["Outputs"].keys()
    assert {"DatabaseName", "StartCommand"} <= template["Outputs"].keys()
    assert "ENABLED" in template["Parameters"]["ScheduleState"]["AllowedValues"]


@pytest.mark.parametrize("given", [(), ("DATASETS=x",), ("DATASET=x",)])
def test_build_without_its_variables_says_which_it_needs(given: tuple[str, ...]) -> None:
    built = subprocess.run(
        ["make", "--old-file=.venv/.ready", "build", *given],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip

    assert built.returncode == 2
    assert "give DATASETS=FOLDER DATASET=NAME\n" in built.stdout
