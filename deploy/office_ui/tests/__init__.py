"""Tests of what serves the web app."""
