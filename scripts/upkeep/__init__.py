"""This repository's own care: virtual environment, lock files, format, validate."""
