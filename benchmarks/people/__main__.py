"""`python -m benchmarks.people`: three tables."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks import people


def main() -> None:
    parser = argparse.ArgumentParser(description=people.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=people.PARTS)
    parser.add_argument("--every", type=int, default=1, help="hear one exam in so many")
    parser.add_argument("-o", "--output", type=Path, help="all figures as JSON")
    options = parser.parse_args()
    found = people.run([options.only] if options.only else people.PARTS, every=options.every)
    print(people.table(found))
    if options.output:
        options.output.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
