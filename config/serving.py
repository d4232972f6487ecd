"""How gunicorn serves: `gunicorn --config python:config.serving config.wsgi`."""

import os
from pathlib import Path

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 30
graceful_timeout = int(os.environ.get("WEB_GRACE_SECONDS", "30"))
keepalive = 5
# Loads the code once for all workers: up sooner, but a reload does not see new code.
preload_app = os.environ.get("WEB_PRELOAD") == "yes"
# A worker is renewed now and then, never all at the same moment.
max_requests = 5000
max_requests_jitter = 500
limit_request_line = 4094
limit_request_fields = 100
# Forwarded headers are believed from these addresses only.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# The application writes one line a request, without the query string.
accesslog = None
errorlog = "-"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
