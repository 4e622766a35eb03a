"""What goes wrong with images, in Docker's own words where it has some."""


class ImageError(Exception):
    """An image cannot be built, found, pushed, pulled or trusted."""
