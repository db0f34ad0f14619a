"""Maps over nothing, a few and a thousand items."""

from pathlib import Path

from tests.local.stacks import chain
from tests.local.stepfunctions.rig import run


def test_map_gives_every_item_its_value_inside_too(tmp_path: Path) -> None:
    inner = chain(
        ("Echo", {
            "Type": "Task",
            "Resource": "${echo}",
            "Parameters": {"n.$": "$.n", "same.$": "$$.Map.Item.Value",
                           "index.$": "$$.Map.Item.Index"}}),
    )  # fmt: skip
    states = chain(
        ("Each", {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemSelector": {"n.$": "$$.Map.Item.Value"},
            "MaxConcurrency": 8,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"},
                              "StartAt": "Echo", "States": inner["States"]}}),
    )  # fmt: skip

    ended = run(tmp_path, states, {"items": [f"i{n}" for n in range(40)]})

    assert ended.output == [{"n": f"i{n}", "same": f"i{n}", "index": n} for n in range(40)]


def test_map_over_nothing_gives_nothing(tmp_path: Path) -> None:
    inner = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}
    states = chain(("Each", {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": inner}))

    assert run(tmp_path, states, {"items": []}).output == []


def test_map_of_a_thousand_items_one_after_the_other(tmp_path: Path) -> None:
    inner = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}
    states = chain(
        ("Each", {"Type": "Map", "ItemsPath": "$.n", "MaxConcurrency": 1, "ItemProcessor": inner})
    )

    assert run(tmp_path, states, {"n": list(range(1000))}).output == list(range(1000))
