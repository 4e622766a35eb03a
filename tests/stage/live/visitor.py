"""A visitor who keeps asking, one request after the other on fresh connections."""

import threading
import urllib.error
import urllib.request


class Visitor:
    """Asks for a URL until the block ends; counts answers and notes every failure."""

    def __init__(self, url: str, pause_seconds: float = 0.05) -> None:
        self.answers = 0
        self.failures: list[str] = []
        self._url = url
        self._pause = pause_seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Visitor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._done.wait(self._pause):
            try:
                with urllib.request.urlopen(self._url, timeout=10) as response:
                    response.read()
                self.answers += 1
            except (urllib.error.URLError, OSError) as error:
                self.failures.append(str(error))
