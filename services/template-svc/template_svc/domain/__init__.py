"""Pure decisions about templates: what may be saved, what is published, what a message reads. No I/O, no clock."""
