"""From typed rows to figures, each with its n, its numerator and denominator, and the ids it rests on."""

from integration.measure.figures import calculate_figures

__all__ = ["calculate_figures"]
