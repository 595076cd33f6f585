"""Models to compare with: the ones that platforms and the literature use, on the same protocol."""

from mila_core.reputation.baselines.raw_mean import RawMean

__all__ = ["RawMean"]
