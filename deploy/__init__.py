"""How Fieldbell is run: the local stack, the sandbox and the demo."""
