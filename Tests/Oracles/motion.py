"""Shows where the limits of the motion tests come from; nothing of it is stored.

Pinned: numpy 2.x. Run: python Tests/Oracles/motion.py
A periodic weight 1 + 2 a cos(2 pi s k / n) over the phase-encoding lines is the object plus copies
of strength a at shifts s and -s, and its inverse takes them away exactly; a copy in quadrature adds
only its square to the magnitude over the object, but its full strength to the air.
"""
import numpy as np

n, s, a = 112, 28, 0.08
y = np.arange(n)
obj = np.where(abs(y - 56) < 32, 450.0, 0.0)
weight = 1 + 2 * a * np.cos(2 * np.pi * s * np.arange(n) / n)
ghosted = np.fft.ifft(np.fft.fft(obj) * weight).real
copies = a * (np.roll(obj, s) + np.roll(obj, -s))
print("weights are copies:", np.abs(ghosted - obj - copies).max())
print("inverse:", np.abs(np.fft.ifft(np.fft.fft(ghosted) / weight).real - obj).max())
quadrature = np.hypot(obj, copies)
print("quadrature, object:", np.abs(quadrature - obj)[obj > 0].max(), "air:", copies[obj == 0].max())
