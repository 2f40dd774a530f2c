"""Fixtures for every test: databases, the cast, servers."""

import copy
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from logistics.journal.open_days import forget_open_days
from tests.cast import World, raise_curtain
from tests.databases import STAGE, TEMPLATE, copied, copy_of_template, make_stage, make_template, point_at
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
    """Leave out what is only true of the other engine, and what the other engine's run does for both."""
    others = {item for item in items if _is_for_others(item)}
    config.hook.pytest_deselected(items=list(others))
    items[:] = [item for item in items if item not in others]


def _is_for_others(item: pytest.Item) -> bool:
    """Tell whether an item is none of this run's: what names its engines runs on each of them, a database or not."""
    engine = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgresql") else "sqlite"
    only = item.get_closest_marker("engine")
    if only:
        return engine not in only.args
    left_out = os.environ.get("NUANLIU_TEST_LEFT_OUT", "")
    if item.get_closest_marker("browser"):
        return left_out == "browser"
    return left_out == "without database" and not _touches_a_database(item)


def _touches_a_database(item: pytest.Item) -> bool:
    return "django_db_setup" in getattr(item, "fixturenames", ()) or bool(item.get_closest_marker("django_db"))


class Theatre:
    """The two databases that tests share which are rolled back: an empty one, and the stage with the cast on it."""

    def __init__(self) -> None:
        self.cast = make_stage(raise_curtain)
        self.addresses = {is_staged: copied(STAGE if is_staged else TEMPLATE) for is_staged in (False, True)}
        self.is_staged: bool | None = None

    def show(self, *, is_staged: bool) -> None:
        """Point the connection at the stage or at the empty database."""
        if is_staged != self.is_staged:
            point_at(self.addresses[is_staged])
            self.is_staged = is_staged


_theatres: list[Theatre] = []
_wishes: dict[str, bool] = {"is_staged": False}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Choose the shared database before any fixture opens a transaction: the cast is raised once, not in each test."""
    _wishes["is_staged"] = "world" in getattr(item, "fixturenames", ())
    for theatre in _theatres:
        theatre.show(**_wishes)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Make the template, the stage and the two shared copies once."""
    with django_db_blocker.unblock():
        make_template()
        _theatres.append(Theatre())
        _theatres[0].show(**_wishes)
        yield


@pytest.fixture
def committed_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[str]:
    """Give a test that commits a database of its own, with the cast where it asks for it; yields its address."""
    template = STAGE if "committed_world" in request.fixturenames else TEMPLATE
    with django_db_blocker.unblock(), copy_of_template(template) as url:
        yield url


@pytest.fixture
def live_app(committed_database: str) -> Iterator[str]:
    """Serve a database of its own for real; yields the address of the server."""
    with serving(committed_database) as address:
        yield address


@pytest.fixture
def world(db: None) -> World:
    """The cast, for a test that is rolled back: rows of its own to play with."""
    # What the process remembers of an organisation's books is rolled back too.
    forget_open_days()
    return copy.deepcopy(_theatres[0].cast)


@pytest.fixture
def committed_world(committed_database: str) -> World:
    """The cast in a database of its own, for tests that commit."""
    forget_open_days()
    return copy.deepcopy(_theatres[0].cast)


@pytest.fixture(autouse=True)
def _files_apart(tmp_path: object) -> None:
    settings.MEDIA_ROOT = f"{tmp_path}/files"
