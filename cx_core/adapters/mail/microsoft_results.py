"""What Exchange Online says of a sender: it writes Authentication-Results without its name, so its place must tell.

Everybody can write a header without a name, so it counts only for a mailbox that an administrator says is at Microsoft
365, and only where the path of the mail shows that the border server wrote it:

- from the top, each Received header was added by a server inside, about a server inside, up to the one that a border
  server added; a program that hands in mail from an address elsewhere is none, whatever it calls itself;
- exactly one header of results without a name stands above that, with no other Received header in between;
- the mail is marked as from outside, once: the border removes such marks from what comes in, and mail that a member of
  the organisation hands in is marked otherwise.

Of the results, DMARC alone counts, for exactly the sender's domain. What cannot be read without doubt counts as none.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from cx_core.adapters.mail.header_values import values

BORDER = (".mail.protection.outlook.com",)
INSIDE = (".prod.outlook.com", ".outlook.office365.com", ".prod.protection.outlook.com", *BORDER)
NETWORKS = tuple(ipaddress.ip_network(name) for name in ("10.0.0.0/8", "2603:1000::/24"))
"""Of the servers inside; the second one is Microsoft's."""
OUTSIDE_MARK = "x-ms-exchange-organization-authas"
LONGEST, MOST_HOPS = 2_000, 12
_COMMENT = r"\s+\([^()]*\)"
_RECEIVED = re.compile(
    rf"from\s+(?P<helo>[A-Za-z0-9.\[\]:_-]+)(?:\s+\(\[?(?P<address>[0-9a-fA-F:.]+)\]?\)|{_COMMENT})"
    rf"\s+by\s+(?P<by>[A-Za-z0-9.-]+)(?:{_COMMENT})?\s+with\s+\S.*",
    re.I,
)
_RESULT = re.compile(r"([a-z]+)=([a-z]+)((?:\s+[a-z.]+=[A-Za-z0-9._@+/:-]+)*)", re.I)
_COMMENTED = re.compile(r"\([^()]*\)")
_NAMED = re.compile(r"\s*[A-Za-z0-9.-]+\s*(?:\d+\s*)?(?:;|\Z)")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.I)


def passed_at_border(headers: Sequence[tuple[str, str]], domain: str) -> tuple[bool, str]:
    """Return whether the border server says that DMARC passed for this domain, and why. `headers`: from the top."""
    if [value.strip().casefold() for value in values(headers, OUTSIDE_MARK)] != ["anonymous"]:
        return False, "the mail is not marked as one from outside by Microsoft 365"
    value, doubt = _stamp(headers)
    if value is None:
        return False, doubt
    results = _results(value)
    if results is None:
        return False, "what Microsoft 365 says of its checks cannot be read without doubt"
    dmarc = [one for one in results if one[0] == "dmarc"]
    whole = [one for one in results if one[0] == "compauth"]
    if len(dmarc) != 1 or dmarc[0][1] != "pass" or any(one[1] != "pass" for one in whole):
        return False, "Microsoft 365 does not say that DMARC passed"
    if [value for name, value in dmarc[0][2] if name == "header.from"] != [domain]:
        return False, "DMARC passed, but not for the sender's domain alone"
    return True, f"DMARC passed for {domain} at Microsoft 365"


def _stamp(headers: Sequence[tuple[str, str]]) -> tuple[str | None, str]:
    """The results that the border server wrote; None, and why, where the path does not show it."""
    above: list[str] = []
    unnamed = hops = 0
    for name, value in headers:
        key = name.strip().casefold()
        if key == "authentication-results" and not _NAMED.match(value):
            above.append(value)
            unnamed += 1
        if key != "received":
            continue
        hops += 1
        hop = _RECEIVED.fullmatch(" ".join(value.split()))
        if hop is None or hops > MOST_HOPS or not _below(hop["by"], INSIDE):
            return None, "its way does not lead through Microsoft 365 alone"
        if _below(hop["by"], BORDER):
            if len(above) == 1 and unnamed == 1:
                return above[0], ""
            return None, "Microsoft 365 did not write one result where its border server received the mail"
        if not _below(hop["helo"], INSIDE) or not _from_inside(hop["address"]):
            return None, "its way does not lead through Microsoft 365 alone"
        above = []
    return None, "no border server of Microsoft 365 received it"


def _below(host: str, domains: tuple[str, ...]) -> bool:
    return host.casefold().endswith(domains)


def _from_inside(address: str | None) -> bool:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    return any(found in network for network in NETWORKS)


def _results(value: str) -> list[tuple[str, str, list[tuple[str, str]]]] | None:
    """Method, result and properties of each; None where something else stands there."""
    bare = _COMMENTED.sub(" ", value)
    if len(value) > LONGEST or not value.isascii() or not value.isprintable() or re.search(r"[()\"\\]", bare):
        return None
    found: list[tuple[str, str, list[tuple[str, str]]]] = []
    for part in (one.strip() for one in bare.split(";")):
        if not part or _HOST.fullmatch(part):  # older ones name the recipient's domain in between
            continue
        match = _RESULT.fullmatch(part)
        if match is None:
            return None
        pairs = [pair.partition("=") for pair in match[3].split()]
        found.append(
            (match[1].casefold(), match[2].casefold(), [(name.casefold(), said.casefold()) for name, _, said in pairs])
        )
    return found
