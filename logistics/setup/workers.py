"""The server's worker: a thread stays with a connection for a moment, since a device sends its next scan at once.

gunicorn's own worker hands each kept connection back to its main thread after every answer, and out again for every
request: two changes of thread for each. Here a thread that nobody else needs waits for the next request itself; whoever
pauses longer goes back to the main thread, and so does everybody as soon as work waits.
"""

import select
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

# A thread waits so long for a connection's next request, and a request that finds no other thread free for this thread.
STAY_MILLISECONDS = 20


class StayingWorker(ThreadWorker):  # type: ignore[misc]  # -- gunicorn has no types
    """A worker with threads that stay."""

    def handle(self, conn: Any) -> Any:
        """Answer a request, and those that follow it at once on the same connection."""
        answer = super().handle(conn)
        while answer is True and self._stays(conn):
            answer = super().handle(conn)
        return answer

    def _stays(self, conn: Any) -> bool:
        """Tell whether the next request is there before anybody else needs this thread."""
        if not self.alive or conn.is_http2 or self.tpool._work_queue.qsize():
            return False
        if conn.parser.unreader.buf.getvalue() or (self.cfg.is_ssl and conn.sock.pending()):
            return True
        waiting = select.poll()
        waiting.register(conn.sock, select.POLLIN)
        return bool(waiting.poll(STAY_MILLISECONDS))
