"""Tests of the gateway, on the real Envoy."""
