"""Choice states that fail where those of AWS fail."""

from typing import Any

from offline.patching import around
from offline.stepfunctions import moto_asl

COMPARISON = "asl.component.state.choice.comparison"


def install() -> None:
    """Replace how a Choice looks at its variable and what it does without a match."""
    variable = moto_asl.module(f"{COMPARISON}.comparison_variable").ComparisonVariable
    variable._eval_body = _compare
    choice = moto_asl.module("asl.component.state.choice.state_choice").StateChoice
    around(choice, _eval_state=_must_match)


def _compare(self: Any, env: Any) -> None:
    """Only IsPresent may ask about a variable that is not there."""
    missing = moto_asl.module(f"{COMPARISON}.variable").NoSuchVariable
    operators = moto_asl.module(f"{COMPARISON}.comparison_operator_type").ComparisonOperatorType
    self.variable.eval(env)
    asked = self.comparison_function.operator_type
    if isinstance(env.stack[-1], missing) and asked != operators.IsPresent:
        path = self.variable.string_sampler.literal_value
        cause = (
            f"Invalid path '{path}': The choice state's condition path references an invalid value."
        )
        raise moto_asl.failure(env, "States.Runtime", cause)
    self.comparison_function.eval(env)


def _must_match(eval_state: Any, self: Any, env: Any) -> None:
    try:
        eval_state(self, env)
    except RuntimeError as err:
        if self.default_state is not None:
            raise
        cause = f"State {self.name} has no rule that matches and no Default."
        raise moto_asl.failure(env, "States.NoChoiceMatched", cause) from err
