"""The settings as the type checker loads them: those of the tests."""

import os

os.environ.setdefault("PLATEAU_ENV", "test")

from config.settings import *  # noqa: F403
