"""The local stack, on real processes."""
