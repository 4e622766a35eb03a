"""The balancer's table: beside the same server asked directly, and what a miss looks like."""

import pytest

from bench.balancer import Sample, text
from bench.load import Answered, answered

WRK = """\
Running 1s test @ http://127.0.0.1:1/
  2 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.61ms    1.01ms  34.04ms   90.00%
  Latency Distribution
     50%    2.61ms
     75%    3.00ms
     90%    4.00ms
     99%   34.04ms
  1288 requests in 1.00s, 400.00KB read
"""


def series(errors=0, per_second=4000, p99=20.0):
    direct = Answered(24000, 8000, 4.0, 10.0, 0)
    through = Answered(3 * per_second, per_second, 8.0, p99, errors)
    return {("service", 32): [Sample(direct, through, 1.5, 3)]}


def test_what_was_carried_stands_beside_what_was_asked_directly():
    written = text(series(), 1, 3)
    assert "| this service, 32 connections, directly | 8000 [8000-8000] | |" in written
    assert "through the balancer | 4000 [4000-4000] | 50% |" in written
    assert "| 0.12 | 0.50 |" in written
    assert "missed" not in written


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({"errors": 1}, "| 0 | 1 of 12000 | missed |"),
        ({"per_second": 150}, "| 150, 8 times | missed |"),
        ({"p99": 2500.0}, "| 2.500 s | missed |"),
    ],
)
def test_a_goal_that_is_missed_says_so(change, row):
    assert row in text(series(**change), 1, 3)


def test_wrk_is_read():
    assert answered(WRK, 1) == Answered(1288, 1288.0, 2.61, 34.04, 0)


def test_failed_connections_and_bad_answers_are_errors():
    said = "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\n"
    assert answered(WRK + said, 1).errors == 15


def test_a_report_without_figures_is_refused():
    with pytest.raises(ValueError, match="wrk's report has no"):
        answered("unable to connect", 1)
