"""The demo: a company that looks real, one job from estimate to paid, and who was told what, or why not."""
