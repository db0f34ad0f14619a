"""Map states whose workers take one item after the other, however many there are."""

from typing import Any

from offline.stepfunctions import moto_asl


def install() -> None:
    """Replace the loop of Map workers, which moto writes as a recursion as deep as the items."""
    worker = moto_asl.module("asl.component.state.exec.state_map.iteration.iteration_worker")
    worker.IterationWorker._eval_pool = _work


def _work(self: Any, job: Any, worker_frame: Any) -> None:
    """Do jobs until none is left, one has failed, or the worker is told to stop.

    A frame is closed before its job, since the Map continues as soon as its jobs are done.
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
    # Nothing happens here if a job has closed the frame already.
    self._env.close_frame(worker_frame)
