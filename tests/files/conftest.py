"""Where files are kept."""

from pathlib import Path

import pytest

from banyan.kit.storage import Storage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(str(tmp_path / "files"))
