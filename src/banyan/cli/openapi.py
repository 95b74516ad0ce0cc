"""`banyan openapi`: the interface's description, for whoever generates a client."""

import sys

import msgspec
from cyclopts import App

from banyan.app import Banyan
from banyan.settings import load

__all__ = ["app"]

app = App(name="openapi")


@app.default
def openapi() -> None:
    """Print the OpenAPI document as JSON; needs no database."""
    document = Banyan(load({}), "").openapi()
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n")
