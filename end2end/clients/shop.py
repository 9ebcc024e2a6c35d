"""What the tests of both versions share: the configuration, cards, and running a file of tests."""

import json
import os
import random
import string
import sys
import unittest

from stancer import Card, Config, __version__

GOOD = "4242424242424242"
CAPTURED_AT_ONCE = "4000000000000077"
REFUSED = "4000000000000002"
CHALLENGED = "4000000000003220"
# v1 refuses a card that is there already: each client has its own.
UNUSED = {"1.0.0": ("4000000560000004", "4000002080000001"), "2.0.0": ("4000002460000001", "4000002760000016")}[__version__]
UNAUTHORISED = "You are not authorized to access that resource"


def configure(version: int) -> None:
    """Points the client at our server: nothing else about it is changed."""
    config = Config()
    config.host = "localhost"
    config.port = int(os.environ["GUICHET_PORT"])
    config.keys = [os.environ["GUICHET_SECRET_KEY"], os.environ["GUICHET_PUBLIC_KEY"]]
    config.mode = Config.TEST_MODE
    config.timeout = 30
    if version == 2:
        from stancer.core.enum.version import Version

        config.version = Version.API_V2
    elif hasattr(Card, "deleted"):
        from stancer.core.enum.version import Version

        config.version = Version.API_V1


def word(length: int = 12) -> str:
    return "".join(random.choices(string.ascii_letters + string.digits, k=length))


def card(number: str = GOOD, **others) -> Card:
    return Card(number=number, exp_month=12, exp_year=others.pop("exp_year", 2040), cvc="093", **others)


def run() -> None:
    """Runs the tests of the file and writes how many passed and failed to GUICHET_RESULT."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(verbosity=1, stream=sys.stdout).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    if path := os.environ.get("GUICHET_RESULT"):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"passed": result.testsRun - failed, "failed": failed}, file)
    sys.exit(1 if failed else 0)
