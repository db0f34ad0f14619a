"""Logs and metrics, the same in every function."""

from __future__ import annotations

import warnings

from aws_lambda_powertools import Logger, Metrics

# A call that has nothing to count is no mistake.
warnings.filterwarnings("ignore", message="No application metrics to publish")

logger = Logger(service="springtide")
metrics = Metrics(namespace="Springtide", service="springtide")
