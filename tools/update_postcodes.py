"""Rebuild `src/mila_core/data/postcodes.csv.gz` from swisstopo's official directory of localities.

Usage: python tools/update_postcodes.py DIRECTORY.csv[.gz]

Input: the directory of localities (Amtliches Ortschaftenverzeichnis, Federal Office of Topography
swisstopo; open use with the source named) as CSV with a header and the columns plz, zz, locality, canton,
address_share_pct, E, N (LV95), lat, lon (WGS84) and lang: one row for each locality and municipality.

Output: one row for each four-digit Swiss postcode; Liechtenstein's postcodes are left out. The point and
the name are those of the postcode's first locality (the lowest `zz`) in the municipality that holds most of
its addresses; cantons are ordered by their localities' shares of addresses, languages likewise.
"""

import csv
import gzip
import io
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src" / "mila_core" / "data" / "postcodes.csv.gz"
HEADER = ("postcode", "locality", "cantons", "languages", "east", "north", "latitude", "longitude")
# Localities that the directory calls bilingual; the directory does not say which languages.
BILINGUAL = {"BE": ("de", "fr"), "GR": ("de", "rm")}


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of the directory, unpacked if need be."""
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return list(csv.DictReader(io.StringIO(text.decode("utf-8"))))


def spoken(row: dict[str, str]) -> tuple[str, ...]:
    """Return the languages of a row, the main one first."""
    return BILINGUAL[row["canton"]] if row["lang"] == "multiple" else (row["lang"],)


def by_share(pairs: list[tuple[str, float]]) -> list[str]:
    """Return the distinct values, the largest sum of address shares first; on a tie the first that came."""
    weight: dict[str, float] = defaultdict(float)
    for value, share in pairs:
        weight[value] += share
    return sorted(weight, key=lambda value: -weight[value])


def postcode_row(postcode: str, rows: list[dict[str, str]]) -> list[str]:
    """Return the one row that stands for all localities of a postcode."""
    rows = sorted(rows, key=lambda row: (row["zz"], -float(row["address_share_pct"]), row["canton"]))
    main = rows[0]
    shares = [(row, float(row["address_share_pct"])) for row in rows]
    return [
        postcode,
        main["locality"],
        " ".join(by_share([(row["canton"], share) for row, share in shares])),
        " ".join(by_share([(language, share) for row, share in shares for language in spoken(row)])),
        main["E"],
        main["N"],
        f"{float(main['lat']):.5f}",
        f"{float(main['lon']):.5f}",
    ]


def main(source: str) -> None:
    """Write the table."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in read(Path(source)):
        if row["canton"] != "FL":
            rows[row["plz"]].append(row)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(postcode_row(postcode, rows[postcode]) for postcode in sorted(rows))
    TARGET.write_bytes(gzip.compress(out.getvalue().encode("utf-8"), compresslevel=9, mtime=0))
    print(f"{len(rows)} postcodes, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
