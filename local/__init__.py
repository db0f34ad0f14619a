"""The offline machine: the deployed template, state machines, handlers and SQL, with only AWS faked."""
