"""What the services share by meaning: events, profiles, rendering, topics. No behaviour, no I/O."""
