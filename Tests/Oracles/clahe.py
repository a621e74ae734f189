"""Writes Tests/Oracles/clahe.json: what OpenCV 5.0 (opencv-python-headless) makes of small pictures.

Run from the project's root: python Tests/Oracles/clahe.py
"""

import json

import cv2
import numpy as np


def picture(width, height, greatest):
    """A ramp with a dark disc and noise, the same in the tests."""
    state, values = 7, []
    for y in range(height):
        for x in range(width):
            state = (state * 1103515245 + 12345) % 2**31
            noise = (state >> 16) % 64
            inside = (x - width // 2) ** 2 + (y - height // 2) ** 2 < (height // 3) ** 2
            level = (4 * x + 2 * y) * 1000 // (4 * width + 2 * height)
            values.append(min((level // (4 if inside else 1) + noise) * greatest // 1100, greatest))
    return np.array(values).reshape(height, width)


def case(width, height, greatest, clip_limit, tiles):
    kind = np.uint8 if greatest < 256 else np.uint16
    image = picture(width, height, greatest).astype(kind)
    result = cv2.createCLAHE(clipLimit=clip_limit, tileGridSize=tiles).apply(image)
    values = result.ravel().astype(int)
    return {
        "width": width, "height": height, "greatest": greatest, "clipLimit": clip_limit,
        "tiles": list(tiles), "every61st": values[::61].tolist(),
        "checksum": int((values * (np.arange(values.size) % 97 + 1)).sum()),
    }


cv2.setNumThreads(1)
cases = [
    case(width, height, greatest, clip_limit, tiles)
    for width, height in [(64, 48), (61, 47), (64, 47), (90, 72), (5, 3), (1, 9)]
    for greatest in [255, 4095, 65535]
    for clip_limit, tiles in [(2.0, (8, 8)), (40.0, (8, 8)), (0.0, (4, 3)), (3.5, (3, 5))]
]
with open("Tests/Oracles/clahe.json", "w") as out:
    json.dump(cases, out)
