"""The service, asked over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import unittest
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from service import Service


class Requests(unittest.TestCase):
    def setUp(self):
        self.lines = []
        self.service = Service(0, self.lines.append)
        self.thread = threading.Thread(target=self.service.serve_forever, args=(0.01,))
        self.thread.start()

    def tearDown(self):
        self.service.shutdown()
        self.thread.join()
        self.service.server_close()

    def get(self, path):
        port = self.service.server_address[1]
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)

    def test_it_is_healthy(self):
        self.assertEqual(self.get("/health"), (200, {"serving": True}))

    def test_it_greets_by_name(self):
        self.assertEqual(self.get("/greeting?name=Ada"), (200, {"greeting": "Hello, Ada"}))

    def test_it_asks_for_a_name(self):
        self.assertEqual(self.get("/greeting"), (400, {"error": "a name is missing"}))

    def test_nothing_else_is_there(self):
        self.assertEqual(self.get("/else")[0], 404)

    def test_requests_are_logged_as_json(self):
        self.get("/health")
        self.assertEqual(json.loads(self.lines[0])["request"], "GET /health HTTP/1.1")

    def test_it_says_so_while_it_stops(self):
        self.service.stopping.set()
        self.assertEqual(self.get("/health"), (503, {"serving": False}))


class Process(unittest.TestCase):
    def test_it_ends_when_it_is_told_to(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "service"],
            env={**os.environ, "PORT": str(port)},
            stdout=subprocess.DEVNULL,
        )
        self.addCleanup(process.kill)
        while process.poll() is None:
            try:
                with urlopen(f"http://127.0.0.1:{port}/health") as answer:
                    self.assertEqual(answer.status, 200)
                    break
            except URLError:
                # Not listening yet.
                pass
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=10), 0)
