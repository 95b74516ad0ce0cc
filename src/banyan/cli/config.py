"""`banyan config`: every setting as it counts."""

import msgspec
from cyclopts import App

from banyan.cli.installation import Data
from banyan.settings import load, masked

__all__ = ["app"]

app = App(name="config")


@app.default
def config(*, data: Data = None) -> None:
    """Print the settings as TOML, each with the variable that sets it."""
    for concern, values in masked(load(data=data)).items():
        if not isinstance(values, dict):
            print(f"{concern} = {_toml(values)}  # BANYAN_{concern.upper()}")
            continue
        print(f"\n[{concern}]")
        for name, value in values.items():
            print(f"{name} = {_toml(value)}  # BANYAN_{concern.upper()}_{name.upper()}")


def _toml(value: object) -> str:
    return msgspec.json.encode(value).decode()  # JSON's strings and numbers are TOML's
