"""Makes the stored values of the metal artifact and projector tests.

Pinned: numpy 2.x (default_rng, PCG64), scikit-image 0.26. Run: python Tests/Oracles/mar.py
Prints Swift literals, to be pasted into MetalScene.swift and ProjectorTests.swift.
"""
import numpy as np
from skimage.transform import radon, iradon

# The thirty inserts of the hip scene: column and row from the centre, factor of the attenuation.
rng = np.random.default_rng(0)
print("inserts:")
for _ in range(30):
    a, b = rng.uniform(-80, 80), rng.uniform(-50, 50)
    print(f"    ({a:.4f}, {b:.4f}, {rng.uniform(0.95, 1.06):.5f}),")

# skimage turns the image about pixel N // 2 and sees it under -a; an odd N puts the centre where
# ours is, and a mirrored row order undoes the sign.
n = 33
y, x = np.mgrid[:n, :n] - (n - 1) / 2
plane = np.exp(-(((x - 4) / 5) ** 2) - ((y + 3) / 4) ** 2) + 0.5 * np.exp(
    -(((x + 6) / 3) ** 2) - ((y - 5) / 3) ** 2
)
angles = [0.0, 22.5, 45.0, 67.5, 90.0, 112.5, 135.0, 157.5]
sino = radon(plane[::-1], angles, circle=True)
print("radon (views x every fourth detector):")
for view in sino.T:
    print("    [" + ", ".join(f"{v:.4f}" for v in view[::4]) + "],")
many = np.arange(60) * 3.0
back = iradon(radon(plane[::-1], many, circle=True), many, circle=True)[::-1]
print("iradon (every eighth row x every eighth column):")
for row in back[::8]:
    print("    [" + ", ".join(f"{v:.4f}" for v in row[::8]) + "],")
