"""HTTP, by resource: templates, tags, renderings."""
