"""What a landing costs a month, here and with what a user would take instead."""
