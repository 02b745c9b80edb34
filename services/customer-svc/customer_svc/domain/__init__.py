"""Pure decisions about companies and customers: no I/O, no framework."""
