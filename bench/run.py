"""`make bench`: plays the scenarios and writes down what came of them.

python -m bench.run [SCENARIO …] [--rounds N] [--seconds N] [--takers N] [--client NAME] [--dry]
"""

import argparse
import os
import signal
import sys
import time

from bench import report, results
from bench.ground import Ground, Pace
from bench.load import generator
from bench.machine import describe
from bench.results import Result
from bench.scenario import every


def main() -> None:
    """Play what was asked for, or everything."""
    scenarios = every()
    options = _options([scenario.name for scenario in scenarios])
    chosen = [scenario for scenario in scenarios if scenario.name in options.scenarios or not options.scenarios]
    found: list[Result] = []
    # Told to stop, it stops its servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    load_before = os.getloadavg()[0]
    with Ground(Pace(options.rounds, options.seconds, takers=options.takers, client=options.client)) as ground:
        for scenario in chosen:
            print(f"{time.monotonic() - started:5.0f} s  {scenario.name}", flush=True)
            found += scenario.play(ground)
        machine = [
            *describe(),
            ("PostgreSQL", ground.postgres_version()),
            ("Load", f"{generator()}, on the same machine"),
            ("Cores", ground.cores.use),
            ("What else ran", f"a load average of {load_before:.1f} before the run"),
        ]
    print(f"{time.monotonic() - started:5.0f} s  done", flush=True)
    report.show(found, scenarios)
    if not options.dry:
        everything = results.merged(results.read(), found)
        results.write(everything)
        report.update(everything, scenarios, machine)


def _options(names: list[str]) -> argparse.Namespace:
    pace = Pace()
    parser = argparse.ArgumentParser(prog="make bench", description="Measures Banyan against its baselines.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(names)}; all unless told")
    parser.add_argument("--rounds", type=int, default=pace.rounds, help="rounds for each side")
    parser.add_argument("--seconds", type=float, default=pace.seconds, help="length of a round")
    parser.add_argument("--takers", type=int, default=pace.takers, help="how many take an exam")
    parser.add_argument(
        "--client", choices=("LeanTaker", "FastTaker"), default=pace.client, help="Locust's, of an exam"
    )
    parser.add_argument("--dry", action="store_true", help="only print: write nothing down")
    options = parser.parse_args()
    unknown = set(options.scenarios) - set(names)
    if unknown:
        parser.error(f"there is no scenario {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return options


if __name__ == "__main__":
    main()
