"""Serves the office's web app, as it was built: files, and the settings that it asks for."""
