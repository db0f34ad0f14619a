"""Choices that fail where AWS's fail, and Maps of any number of items."""

from typing import Any

from offline.patching import around
from offline.stepfunctions import moto_asl

COMPARISON = "asl.component.state.choice.comparison"


def install() -> None:
    """Replace how a Choice reads its variable, what it does without a match, and Map's loop."""
    variable = moto_asl.module(f"{COMPARISON}.comparison_variable").ComparisonVariable
    variable._eval_body = _compare
    choice = moto_asl.module("asl.component.state.choice.state_choice").StateChoice
    around(choice, _eval_state=_must_match)
    worker = moto_asl.module("asl.component.state.exec.state_map.iteration.iteration_worker")
    worker.IterationWorker._eval_pool = _work


def _compare(self: Any, env: Any) -> None:
    """Only IsPresent may test a variable that does not exist."""
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


def _work(self: Any, job: Any, worker_frame: Any) -> None:
    """Do jobs until none is left, one has failed, or the worker is told to stop.

    moto uses a recursion as deep as the items. A frame is closed before its job, since the Map
    continues as soon as its jobs are done.
    """
    while job is not None:
        job_frame = worker_frame.open_inner_frame()
        self._eval_job(env=job_frame, job=job)
        worker_frame.close_frame(job_frame)
        failed = isinstance(job.job_output, Exception) or self.stopped()
        following = None if failed else self._job_pool.next_job()
        if following is None:
            if not failed:
                worker_frame.event_history_context.source_event_id = (
                    job_frame.event_history_context.last_published_event_id
                )
            self._env.close_frame(worker_frame)
        self._job_pool.close_job(job)
        job = following
    # This has no effect if a job has closed the frame already.
    self._env.close_frame(worker_frame)
