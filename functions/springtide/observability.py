"""Logs and metrics, the same in every function."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics

logger = Logger(service="springtide")
metrics = Metrics(namespace="Springtide", service="springtide")
