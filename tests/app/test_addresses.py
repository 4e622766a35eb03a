"""How addresses are read, written and reversed."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.addresses import canonical, parse, reverse


@pytest.mark.parametrize(
    ("text", "backwards"),
    [
        ("192.0.2.1", "1.2.0.192"),
        ("127.0.0.1", "1.0.0.127"),
        ("0.0.0.0", "0.0.0.0"),
        ("255.254.0.10", "10.0.254.255"),
        ("2001:db8::1", "1::db8:2001"),
        ("::1", "1::"),
        ("::", "::"),
        ("2001:db8:1:2:3:4:5:6", "6:5:4:3:2:1:db8:2001"),
        # One zero group alone is written out; the first of two equal runs is shortened.
        ("1:0:3:4:5:6:7:8", "8:7:6:5:4:3:0:1"),
        ("1:0:0:4:5:0:0:8", "8::5:4:0:0:1"),
        ("2001:DB8::00AB", "ab::db8:2001"),
        # RFC 5952 section 5: what becomes an IPv4-mapped address has its last part in decimals.
        ("304:102:ffff::", "::ffff:1.2.3.4"),
    ],
)
def test_an_address_is_reversed_by_octets_or_by_groups(text, backwards):
    assert reverse(parse(text)).reversed == backwards


def test_the_reverse_pointer_is_the_name_in_the_reverse_zone():
    assert reverse(parse("192.0.2.1")).reverse_pointer == "1.2.0.192.in-addr.arpa"
    assert reverse(parse("2001:db8::1")).reverse_pointer == (
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1:443", "192.0.2.1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%eth0]:80", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:c000:201", "192.0.2.1"),
        ("[::ffff:192.0.2.1]:80", "192.0.2.1"),
        ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
    ],
)
def test_ports_zones_and_mapped_addresses_name_the_address_itself(text, address):
    assert canonical(parse(text)) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unknown",
        "_hidden",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.01",
        "192.0.2.1:",
        "192.0.2.1:65536",
        "192.0.2.1:http",
        "192.0.2.1%eth0",
        "[2001:db8::1",
        "[2001:db8::1]443",
        "[2001:db8::1]:",
        "2001:db8::1%",
        "2001:db8::1::",
        "2001:db8::12345",
        "\uff11\uff19\uff12.0.2.1",
    ],
)
def test_what_is_not_an_address_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@given(st.ip_addresses())
def test_reversing_twice_gives_the_address_again(address):
    once = reverse(address)
    assert reverse(ipaddress.ip_address(once.reversed)).reversed == once.address


@given(st.ip_addresses(v=6))
def test_a_reversed_ipv6_address_has_the_groups_in_the_opposite_order(address):
    groups = address.exploded.split(":")
    backwards = ipaddress.IPv6Address(reverse(address).reversed).exploded.split(":")
    assert backwards == groups[::-1]


@given(st.ip_addresses())
def test_the_reverse_pointer_is_that_of_the_standard_library(address):
    assert reverse(address).reverse_pointer == address.reverse_pointer


@given(st.ip_addresses(), st.integers(0, 65535))
def test_a_port_never_changes_the_address(address, port):
    host = f"[{address}]" if address.version == 6 else str(address)
    assert parse(f"{host}:{port}") == parse(str(address))


@given(st.ip_addresses(v=6))
def test_canonical_text_reads_back_as_itself(address):
    assert ipaddress.ip_address(canonical(address)) == address


@given(st.text())
def test_any_text_is_an_address_or_a_value_error(text):
    try:
        address = parse(text)
    except ValueError:
        return
    assert parse(canonical(address)) == address
