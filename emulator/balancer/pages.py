"""Answers that a load balancer makes itself."""

from http import HTTPStatus


def page(status: int, *, keep_alive: bool, body: bytes | None = None) -> bytes:
    """Return a whole answer in the form that an ALB gives it.

    Args:
        status: such as 502.
        keep_alive: the connection stays open.
        body: another body than the page; empty for HEAD.
    """
    phrase = HTTPStatus(status).phrase
    text = (
        f"<html>\r\n<head><title>{status} {phrase}</title></head>\r\n"
        f"<body>\r\n<center><h1>{status} {phrase}</h1></center>\r\n</body>\r\n</html>\r\n"
    ).encode()
    head = (
        f"HTTP/1.1 {status} {phrase}\r\nServer: awselb/2.0\r\nContent-Type: text/html\r\n"
        f"Content-Length: {len(text)}\r\n"
        f"Connection: {'keep-alive' if keep_alive else 'close'}\r\n\r\n"
    ).encode()
    return head + (text if body is None else body)
