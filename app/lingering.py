"""Closing a connection whose peer may still be sending, so that it gets its answer.

A socket that is closed with unread data resets the connection, and the answer is lost with it
(RFC 9112, section 9.6). gunicorn waits for the peer in the one thread that serves all other
connections of a worker; here it is done by the thread that answered.
"""

import socket
import time

SECONDS = 2.0
MOST_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 65536


def linger(connection: socket.socket) -> None:
    """Say that nothing follows, and read on until the peer closes, for a while.

    Args:
        connection: whose answer is written; it is left to be closed.
    """
    end = time.monotonic() + SECONDS
    read = 0
    try:
        connection.shutdown(socket.SHUT_WR)
        while read < MOST_BYTES and (rest := end - time.monotonic()) > 0:
            connection.settimeout(rest)
            piece = connection.recv(PIECE_BYTES)
            if not piece:
                return
            read += len(piece)
    except OSError:
        # It is gone already, or it is silent.
        return
