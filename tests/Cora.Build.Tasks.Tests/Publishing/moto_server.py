"""The test AWS server, moto, on a free port of loopback, which is its first line of output. It ends when its standard input does."""

import sys
import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class Handler(WSGIRequestHandler):
    """With HTTP/1.1, so that `Expect: 100-continue` is answered, and without a log. (Connections are not kept: werkzeug closes each.)"""

    protocol_version = "HTTP/1.1"

    def log(self, type, message, *args):
        pass


server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
