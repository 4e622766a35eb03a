"""What the page may load: its own style and nothing else."""

import base64
import functools
import hashlib
from importlib import resources


@functools.cache
def page_style() -> str:
    """The page's style sheet, which stands in the page itself."""
    return resources.files("app").joinpath("templates", "page.css").read_text(encoding="utf-8")


@functools.cache
def page_policy() -> str:
    """The page's Content-Security-Policy: its one style sheet by hash, no script, no frame."""
    digest = base64.b64encode(hashlib.sha256(page_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
