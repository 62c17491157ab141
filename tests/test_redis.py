"""Where REDIS_URL is set, the cache and the background work go through Redis."""

import os
import subprocess
import sys

import pytest
import redis

URL = os.environ.get("JIANYAN_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
SCRIPT = """
from django.core.cache import cache
from cms.clearance.jobs import follow_up_publications_now
cache.set("jianyan-test", "留言", 30)
print("CACHE", cache.get("jianyan-test"), type(cache._cache).__name__)
result = follow_up_publications_now.enqueue()
print("TASK", result.id, result.status)
"""
CHECK = """
from django_tasks import default_task_backend
result = default_task_backend.get_result("{id}")
print("RESULT", result.status)
"""


@pytest.fixture(scope="module")
def manage(tmp_path_factory):
    """The site with Redis behind it, as a process of its own."""
    try:
        store = redis.Redis.from_url(URL)
        store.ping()
    except redis.ConnectionError:
        if os.environ.get("JIANYAN_STRICT"):
            pytest.fail(f"No Redis at {URL}.")
        pytest.skip("Redis is not running.")
    store.flushdb()
    folder = tmp_path_factory.mktemp("redis")
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cms.settings.local",
        "REDIS_URL": URL,
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
    }

    def run(*arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    run("migrate", "--verbosity", "0")
    yield run
    store.flushdb()


def test_the_cache_and_the_jobs_go_through_redis(manage):
    said = manage("shell", "--no-imports", "-c", SCRIPT)

    assert "CACHE 留言 RedisCacheClient" in said
    assert "READY" in said
    task_id = said.split("TASK ")[1].split()[0]
    manage("rqworker", "--burst", "--job-class", "django_tasks_rq.Job")
    assert "SUCCESSFUL" in manage("shell", "--no-imports", "-c", CHECK.format(id=task_id))
