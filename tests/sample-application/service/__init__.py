"""A service that greets.

GET /health            200 while it serves, 503 while it stops
GET /greeting?name=N   200 and a greeting as JSON; 400 without a name
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

GREETING = "Hello"


class Service(ThreadingHTTPServer):
    """Serves until it is told to stop, and then answers what it has begun."""

    daemon_threads = False

    def __init__(self, port, log):
        super().__init__(("", port), Handler)
        self.log = log
        self.stopping = threading.Event()

    def stop(self):
        """Stops taking requests. May be called by a signal handler: it does not wait."""
        self.stopping.set()
        threading.Thread(target=self.shutdown).start()


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    def do_GET(self):
        url = urlsplit(self.path)
        match url.path:
            case "/health":
                stopping = self.server.stopping.is_set()
                self.answer(503 if stopping else 200, {"serving": not stopping})
            case "/greeting":
                names = parse_qs(url.query).get("name")
                if names:
                    self.answer(200, {"greeting": f"{GREETING}, {names[0]}"})
                else:
                    self.answer(400, {"error": "a name is missing"})
            case _:
                self.answer(404, {"error": "nothing is here"})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        self.server.log(json.dumps({"request": self.requestline, "from": self.client_address[0]}))
