"""The only rooms that speak SQL: plain functions that join the caller's transaction."""
