"""Terraform: the pinned binary, its provider, its messages and its locks."""
