import pytest

from tests.trust.rendered import Rendered, render


@pytest.fixture(scope="session")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rendered]:
    return render(tmp_path_factory.mktemp("rendered"), "render.tftest.hcl")


@pytest.fixture(scope="session")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rendered]:
    """What bootstrap makes in the accounts of dev (`first`) and prod (`second`)."""
    return render(tmp_path_factory.mktemp("accounts"), "accounts.tftest.hcl", accounts=True)


@pytest.fixture
def committed(plans: dict[str, Rendered]) -> Rendered:
    """What the repository says as it stands: numbers unknown, nobody with a role."""
    return plans["committed"]


@pytest.fixture
def connected(plans: dict[str, Rendered]) -> Rendered:
    """A repository whose numbers are known, with roles for people."""
    return plans["connected"]
