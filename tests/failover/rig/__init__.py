"""What the failover suites share: the wall as a process, a gateway in front of it, and tests begun together."""

import pytest

pytest.register_assert_rewrite(f"{__name__}.verdict")
