"""What travels between states and what the ledger keeps does not grow with what lands."""

from springtide.aws.athena import MAX_REASON

from offline.athena.service.runs import QueryRun
from tests.athena_faults import Fault
from tests.failures.conftest import Scene
from tests.failures.sizes import Sizes

HOURS = 20


def largest_payload(scene: Scene, execution: str) -> int:
    """The largest input or output of a state."""
    return max(
        len(details.get(name, ""))
        for event in scene.it.history(execution)
        for details in event.values()
        if isinstance(details, dict)
        for name in ("input", "output")
    )


def measured(scene: Scene) -> tuple[int, int]:
    """The largest item and the largest payload of a run over what has landed."""
    sizes = Sizes()
    scene.watch(sizes)
    execution = scene.it.run({})
    scene.unwatch()
    return sizes.largest, largest_payload(scene, execution.arn)


def test_reason_as_long_as_a_landed_line_does_not_outgrow_a_payload(scene: Scene) -> None:
    def fail(run: QueryRun) -> Fault | None:
        words = f"HIVE_BAD_DATA: {'x' * 300_000}"
        return Fault.permanent(words) if "FROM landing" in run.sql else None

    scene.it.machine.athena.faults.append(fail)
    scene.it.run({})

    (message,) = scene.told
    assert "HIVE_BAD_DATA: xxx" in message
    assert MAX_REASON <= len(message) < 2 * MAX_REASON
    item = scene.it.ledger.items.get("open", str(scene.hour)) or {}
    assert item["state"] == "held" and "HIVE_BAD_DATA" in item["reason"]
    scene.it.machine.athena.faults.clear()
    scene.it.run({"retry": True})
    scene.it.expect()


def test_input_nearly_as_large_as_step_functions_takes_does_not_travel_on(scene: Scene) -> None:
    execution = scene.it.run({"scheduled_time": "x" * 260_000})

    first, *others = [
        len(event["stateEnteredEventDetails"]["input"])
        for event in scene.it.history(execution.arn)
        if "stateEnteredEventDetails" in event
    ]
    assert first > 260_000
    assert len(others) > 10 and max(others) < 10_000
    scene.it.expect()


def test_largest_item_and_payload_are_those_of_a_single_hour(scene: Scene) -> None:
    one_item, one_payload = measured(scene)
    for ahead in range(1, HOURS + 1):
        for detector in range(3):
            scene.land(scene.hour.plus(ahead), detector, f"broken {detector}")

    item, payload = measured(scene)

    *_, only = scene.slices
    assert (only["hours"], only["objects"]) == (HOURS, 3 * HOURS)
    # Longer numbers, and the numbers of a few more chunks.
    assert item < one_item + 200
    assert payload < one_payload + 200
    assert max(item, payload) < 10_000
    scene.it.expect()
