"""HTTP, by resource: templates, their versions and changes, tags, renderings."""
