"""What is pure in the demo. The demo itself is an end-to-end test in tests/e2e."""
