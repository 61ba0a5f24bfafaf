"""Sharing: link, Python, TOML, CSV, a page in one file."""
