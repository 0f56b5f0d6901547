"""On how many examples a property test is tried: on some in `make test`, on many more in `make chaos`."""

from hypothesis import settings

DEEP, MORE = "chaos", 60
settings.register_profile(DEEP)


def example_count(usual: int) -> int:
    """Return how many examples to try, where `make test` tries the usual number."""
    return usual * MORE if settings.get_current_profile_name() == DEEP else usual
