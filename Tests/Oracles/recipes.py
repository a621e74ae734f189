"""Writes the lists of DICOM keywords in Sources/Recipes/Keywords (pydicom 3.0.2, DICOM 2024c)."""

import pathlib
import textwrap

from pydicom.datadict import DicomDictionary

# Sequences and bulk data have no value that a condition could compare.
SKIPPED = {"SQ", "OB", "OW", "OF", "OD", "OL", "OV", "UN", "OB or OW", "NONE", "UT"}
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "Recipes" / "Keywords"
PARTS = [("AToD", "A", "D"), ("EToO", "E", "O"), ("PToR", "P", "R"), ("SToZ", "S", "Z")]

keywords = sorted(
    {
        entry[4]
        for tag, entry in DicomDictionary.items()
        if entry[4] and entry[4][0].isupper() and entry[0] not in SKIPPED and tag >> 16 != 2
    }
)
for name, first, last in PARTS:
    part = " ".join(k for k in keywords if first <= k[0] <= last)
    lines = textwrap.wrap(part, 96, break_on_hyphens=False, break_long_words=False)
    (FOLDER / f"DicomKeywords+{name}.swift").write_text(
        "extension DicomKeywords {\n"
        f"  /// Keywords from {first} to {last}; written by Tests/Oracles/recipes.py.\n"
        f"  static let from{name} = \"\"\"\n"
        + "".join(f"    {line}\n" for line in lines)
        + '    """\n}\n'
    )
assert all(PARTS[0][1] <= k[0] <= PARTS[-1][2] for k in keywords)
