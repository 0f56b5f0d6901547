"""From typed rows to figures, each with its n, its numerator and denominator, and the ids it rests on."""
