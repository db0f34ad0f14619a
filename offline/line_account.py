"""What a machine's ledger says, asked of it the way a function would ask."""

from springtide.ledger.line_account import Account, account
from springtide.ledger.table import Ledger
from springtide.model.settings import Settings

from offline.machine import Machine


def read_account(machine: Machine) -> Account:
    """Return the account of all arrival hours that the machine has ingested.

    Raises LookupError if the stack has no function that knows the ledger.
    """
    return account(_settings(machine))


def ledger_of(machine: Machine) -> Ledger:
    """Return the machine's ledger.

    Raises SettingsError for parameters that no function takes, and LookupError as `read_account`.
    """
    settings = _settings(machine)
    return Ledger(settings.ledger_table, settings.data_set)


def _settings(machine: Machine) -> Settings:
    pages = machine.client("lambda").get_paginator("list_functions").paginate()
    for page in pages:
        for function in page["Functions"]:
            variables = function.get("Environment", {}).get("Variables", {})
            if "LEDGER_TABLE" in variables:
                return Settings.from_env(variables)
    raise LookupError("no function of the template has LEDGER_TABLE in its environment")
