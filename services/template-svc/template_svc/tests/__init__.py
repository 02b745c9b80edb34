"""Tests of template-svc."""
