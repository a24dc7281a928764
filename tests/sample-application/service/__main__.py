"""Serves on PORT, 8080 unless given, until SIGTERM."""

import os
import signal

from service import Service

service = Service(int(os.environ.get("PORT", "8080")), print)
signal.signal(signal.SIGTERM, lambda *_: service.stop())
service.serve_forever()
service.server_close()
