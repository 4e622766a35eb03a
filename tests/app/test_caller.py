"""Whose address counts: that which the last trusted proxy saw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.caller import UnknownCallerError, caller

ADDRESSES = st.ip_addresses().map(str)
PEER = "10.20.0.5"


@pytest.mark.parametrize(
    ("forwarded_for", "trusted_proxies", "expected"),
    [
        (None, 0, PEER),
        ("198.51.100.7", 0, PEER),
        (None, 1, PEER),
        ("", 1, PEER),
        ("198.51.100.7", 1, "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", 1, "198.51.100.7"),
        ("203.0.113.9,198.51.100.7:4711", 1, "198.51.100.7"),
        ("nonsense, [2001:db8::7]:4711", 1, "2001:db8::7"),
        ("203.0.113.9, 198.51.100.7, 192.0.2.4", 2, "198.51.100.7"),
        # Fewer entries than proxies: the request went round one, so the header is the client's.
        ("203.0.113.9", 2, PEER),
        (" , 198.51.100.7", 1, "198.51.100.7"),
    ],
)
def test_the_caller_is_what_the_last_trusted_proxy_saw(forwarded_for, trusted_proxies, expected):
    assert str(caller(PEER, forwarded_for, trusted_proxies)) == expected


@pytest.mark.parametrize("entry", ["unknown", "198.51.100.7,", "_obfuscated", "198.51.100.7, "])
def test_a_trusted_entry_that_is_no_address_is_an_error_and_never_the_next_best(entry):
    with pytest.raises(UnknownCallerError):
        caller(PEER, entry, 1)


def test_a_peer_that_is_no_address_is_an_error():
    with pytest.raises(UnknownCallerError):
        caller("", None, 0)


def test_a_dual_stack_socket_sees_an_ipv4_peer_as_ipv4():
    assert str(caller("::ffff:127.0.0.1", None, 0)) == "127.0.0.1"


@given(forged=st.text(), address=ADDRESSES)
def test_nothing_that_a_client_sends_changes_its_address(forged, address):
    assert str(caller(PEER, f"{forged}, {address}", 1)) == str(caller(address, None, 0))


@given(forged=st.lists(st.text(), max_size=5), chain=st.lists(ADDRESSES, min_size=1, max_size=4))
def test_the_entry_counts_from_the_end_whatever_stands_before(forged, chain):
    header = ",".join([*forged, *chain])
    assert str(caller(PEER, header, len(chain))) == str(caller(chain[0], None, 0))


@given(forged=st.text())
def test_without_a_trusted_proxy_the_header_is_never_read(forged):
    assert str(caller(PEER, forged, 0)) == PEER
