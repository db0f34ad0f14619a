"""The offline machine: the deployed template, machines, handlers and SQL; only AWS is faked."""
