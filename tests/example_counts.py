"""On how many examples a property test is tried: on some in `make test`, on many more in `make chaos`."""

from hypothesis import settings

DEEP, MORE = "chaos", 60
AT_MOST = 20
"""A law is tried on no more examples in `make test`."""
settings.register_profile(DEEP)


def example_count(usual: int) -> int:
    """Return how many examples to try: as usual, but few in `make test`, and many times as many in `make chaos`."""
    return usual * MORE if settings.get_current_profile_name() == DEEP else min(usual, AT_MOST)
