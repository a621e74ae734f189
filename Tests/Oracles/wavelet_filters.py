"""Writes the filter tables of Sources/Restoration/Wavelet from PyWavelets 1.9.

The coefficients are published facts (Daubechies 1992; Cohen, Daubechies and Feauveau 1992).
Run from the project's root: python Tests/Oracles/wavelet_filters.py, then swift format -i.
"""

import pywt

FOLDER = "Sources/Restoration/Wavelet/"
PREFIX = "// Written by Tests/Oracles/wavelet_filters.py; do not edit.\n\n"


def array(values, indent):
    pad = " " * indent
    rows = [", ".join(repr(float(v)) for v in values[i : i + 4]) for i in range(0, len(values), 4)]
    return "[\n" + "".join(f"{pad}  {row},\n" for row in rows) + pad + "]"


def orthogonal(family, names, summary, file):
    body = "".join(f"    {array(pywt.Wavelet(n).rec_lo, 4)},\n" for n in names)
    write(file, f"  /// {summary}\n  static let {family}: [[Double]] = [\n{body}  ]\n")


def biorthogonal(names):
    body = ""
    for name in names:
        w = pywt.Wavelet(name)
        body += f'    "{name[4:]}": (\n      {array(w.dec_lo, 6)},\n      {array(w.rec_lo, 6)}\n    ),\n'
    write(
        "WaveletTables+Biorthogonal.swift",
        "  /// Low-pass decomposition and reconstruction filters of the spline pairs, by order.\n"
        "  static let biorthogonal: [String: (decomposition: [Double], reconstruction: [Double])] = [\n"
        + body + "  ]\n",
    )


def write(file, text):
    with open(FOLDER + file, "w") as out:
        out.write(PREFIX + "extension WaveletTables {\n" + text + "}\n")


orthogonal("daubechies", [f"db{n}" for n in range(1, 21)],
           "Low-pass reconstruction filters of db1 to db20.", "WaveletTables+Daubechies.swift")
orthogonal("symlets", [f"sym{n}" for n in range(2, 21)],
           "Low-pass reconstruction filters of sym2 to sym20.", "WaveletTables+Symlets.swift")
orthogonal("coiflets", [f"coif{n}" for n in range(1, 6)],
           "Low-pass reconstruction filters of coif1 to coif5.", "WaveletTables+Coiflets.swift")
biorthogonal(pywt.wavelist("bior"))
