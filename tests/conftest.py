"""Fixtures for every test: databases, the cast, servers."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.cast import World, raise_curtain
from tests.databases import copy_of_template, make_template
from tests.servers import serving

# One round of the real hasher: a server that reads the hash needs no other settings.
PBKDF2PasswordHasher.iterations = 1
hypothesis_settings.register_profile(
    "tests",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile("tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is only true of the other engine, and a browser where the other engine's run drives it."""
    engine = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgresql") else "sqlite"
    is_without_browser = os.environ.get("NUANLIU_TEST_BROWSER") == "0"
    others = [item for item in items if _is_for_others(item, engine, is_without_browser)]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


def _is_for_others(item: pytest.Item, engine: str, is_without_browser: bool) -> bool:
    only = item.get_closest_marker("engine")
    return bool(only and engine not in only.args) or bool(is_without_browser and item.get_closest_marker("browser"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Make the template once and let ordinary tests, which are rolled back, share one copy of it."""
    with django_db_blocker.unblock():
        make_template()
        with copy_of_template():
            yield


@pytest.fixture
def committed_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """Give a test that commits a database of its own; yields its address."""
    with django_db_blocker.unblock(), copy_of_template() as url:
        yield url


@pytest.fixture
def live_app(committed_database: str) -> Iterator[str]:
    """Serve a database of its own for real; yields the address of the server."""
    with serving(committed_database) as address:
        yield address


@pytest.fixture
def world(db: None) -> World:
    """The cast on an empty stage, rolled back afterwards."""
    return raise_curtain()


@pytest.fixture
def committed_world(committed_database: str) -> World:
    """The cast in a database of its own, for tests that commit."""
    return raise_curtain()


@pytest.fixture(autouse=True)
def _files_apart(tmp_path: object) -> None:
    settings.MEDIA_ROOT = f"{tmp_path}/files"
