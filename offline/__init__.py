"""The offline machine: the deployed template, machines, handlers and SQL; only AWS is faked."""

from offline import moto_unused

moto_unused.install()
