"""Decisions about jobs and statuses: pure, with the time passed in."""
