"""Whether the mailbox's own server vouches for a mail's sender: identity 1, or 0 and why not.

It vouches by Authentication-Results (RFC 8601) under the configured authserv-id. Everybody can write such a header into
a mail they send, so only those count that were put on top of the mail by servers on our side:

- those above the Received header that our border server added when the mail came in from outside. Hops inside one's own
  house (LMTP to the mailbox, a filter on the same machine) are passed over, if their header says so unmistakably;
- for a mailbox at Microsoft 365, whose servers do not name themselves, see `microsoft_results`;
- for a server that is known to remove results under its own name that mails bring along (section 5 of the RFC), also
  those between its Received header and the next one, where Gmail puts them.

A header counts only if each of its brackets and quotes is closed: a domain such as "good.example(.evil.example" in a
result would else hide the rest of itself as a comment. DMARC has to pass for exactly the domain in From; or DKIM for
that domain or one above it. One below it would align, too, but whether both belong to the same organisation only a list
of public suffixes knows. Results of ARC are not read: a forwarder's word would count like one's own server's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import authres

from cx_core.adapters.mail.header_values import one_sender, values
from cx_core.adapters.mail.microsoft_results import passed_at_border
from cx_core.records import Identity, Trust

LONGEST = 4_000
MOST_HEADERS = 10
"""Of results on our side."""
MOST_SIGNATURES = 20
KNOWN_TO_REMOVE = frozenset(("mx.google.com",))
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_BY = re.compile(r"\bby\s+([A-Za-z0-9.-]+)", re.I)
_COMMENTS = r"(?:\s+\([^()]*\))*"
_HANDED_ON = re.compile(
    rf"from\s+\S+{_COMMENTS}\s+by\s+\S+{_COMMENTS}\s+with\s+LMTPS?A?\b[^()]*(?:\([^()]*\)[^()]*)*"
    r"|from\s+\S+\s+\((?:[^\s()]+\s+)?\[(?:127\.0\.0\.1|(?:IPv6:)?::1)\]\)\s+by\s[^()]*(?:\([^()]*\)[^()]*)*",
    re.I,
)
"""LMTP, which is not spoken with strangers, or a program on the server itself. What a stranger can put into such a
header, the name after "from", has no blanks in it here."""


class _Result(NamedTuple):
    method: str
    result: str
    properties: tuple[tuple[str, str], ...]

    def only(self, name: str) -> str:
        """The value of a property that is said once; empty where it is not, or twice."""
        found = [value for key, value in self.properties if key == name]
        return found[0] if len(found) == 1 else ""


def vouched_identity(headers: Sequence[tuple[str, str]], trust: Trust) -> tuple[Identity, str]:
    """Return the identity and, in a few words, why. `headers`: from the top, unfolded."""
    if not trust.authserv_id.strip() and not trust.at_microsoft:
        return 0, "no server is named whose checks of senders count"
    if any("\x00" in value for value in values(headers, "from")):
        return 0, "its From header has a sign that no address has"
    sender, doubt = one_sender(headers)
    if sender is None:
        return 0, doubt
    domain = sender.address.rpartition("@")[2].casefold()
    if not _DOMAIN.fullmatch(domain):
        return 0, "the sender's domain is none"
    if domain.startswith("xn--") or ".xn--" in domain:
        return 0, "the sender's domain has other letters than a to z, which may look like another's"
    if trust.at_microsoft:
        passed, why = passed_at_border(headers, domain)
        return (1 if passed else 0), why
    results: list[_Result] = []
    for value in _on_our_side(headers, trust):
        found = _parsed(value, trust.authserv_id)
        if found is None:
            return 0, "what the server says of its checks cannot be read without doubt"
        results += found
    return _judged(results, domain, headers)


def _judged(results: Sequence[_Result], domain: str, headers: Sequence[tuple[str, str]]) -> tuple[Identity, str]:
    if not results:
        return 0, "the server says nothing of a check"
    dmarc = [one for one in results if one.method == "dmarc"]
    if any(one.result not in ("pass", "none", "bestguesspass") for one in dmarc):
        return 0, "DMARC did not pass"
    if [one for one in dmarc if one.result == "pass"]:
        if all(one.result == "pass" and one.only("header.from").casefold() == domain for one in dmarc):
            return 1, f"DMARC passed for {domain}"
        return 0, "DMARC passed, but not for the sender's domain alone"
    for one in results:
        signer = (one.only("header.d") or one.only("header.i").rpartition("@")[2]).casefold()
        if one.method == "dkim" and one.result == "pass" and _above(signer, domain):
            if _signs_part(headers, signer):
                return 0, "the signature covers only the beginning of the mail"
            return 1, f"DKIM passed for {signer}"
    return 0, "no check passed for the sender's domain"


def _above(signer: str, domain: str) -> bool:
    """Whether a signature of this domain speaks for the sender's: the same, or one that the sender's is below."""
    return _DOMAIN.fullmatch(signer) is not None and (domain == signer or domain.endswith(f".{signer}"))


def _signs_part(headers: Sequence[tuple[str, str]], signer: str) -> bool:
    """Whether a signature of this domain leaves room for more behind what it signs (RFC 6376, 8.2), or may do so:
    of too many nobody knows which one the server checked."""
    tags = ["".join(value.split()).casefold() for value in values(headers, "dkim-signature")]
    return len(tags) > MOST_SIGNATURES or any(
        f"d={signer};" in f"{one};" and re.search(r"(?:^|;)l=", one) for one in tags
    )


def _on_our_side(headers: Sequence[tuple[str, str]], trust: Trust) -> list[str]:
    """The results under our server's name that a sender cannot have written, from the top."""
    removes = trust.removes_forged or trust.authserv_id.strip().casefold() in KNOWN_TO_REMOVE
    region = _until_next(headers, trust.authserv_id) if removes else _above_border(headers)
    named = [value for value in region if _names(value, trust.authserv_id)]
    return named[:MOST_HEADERS]


def _above_border(headers: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Results above the first Received header that came from outside. Without any, none: no server received it."""
    found: list[str] = []
    for name, value in headers:
        key = name.strip().casefold()
        if key == "received" and not _HANDED_ON.fullmatch(" ".join(value.split())):
            yield from found
            return
        if key == "authentication-results":
            found.append(value)


def _until_next(headers: Sequence[tuple[str, str]], server: str) -> Iterator[str]:
    """Results above the first Received header that comes after the server's own. Without its own, none."""
    found: list[str] = []
    received = False
    for name, value in headers:
        key = name.strip().casefold()
        if key == "authentication-results":
            found.append(value)
        elif key == "received" and received:
            break
        elif key == "received":
            by = _BY.search(re.sub(r"\([^()]*\)", " ", value.partition(";")[0]))
            received = by is not None and by[1].casefold().rstrip(".") == server.strip().casefold()
    if received:
        yield from found


def _names(value: str, authserv_id: str) -> bool:
    """Whether the header says that this server wrote it. A header that begins with a comment does not."""
    said = re.match(r"\s*([^\s;()\"]+)(?=[\s;(])", value)
    return said is not None and said[1].casefold() == authserv_id.strip().casefold()


def _parsed(value: str, authserv_id: str) -> list[_Result] | None:
    """What the header says; None where it can be read in more than one way."""
    if len(value) >= LONGEST or not value.isascii() or not value.isprintable() or not _closed(value):
        return None
    try:
        header: Any = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
    except (authres.core.AuthResError, ValueError, AttributeError, TypeError):
        return None
    if str(header.authserv_id).casefold() != authserv_id.strip().casefold():
        return None
    return [
        _Result(
            str(one.method).casefold(),
            str(one.result).casefold(),
            tuple((f"{prop.type}.{prop.name}".casefold(), str(prop.value)) for prop in one.properties),
        )
        for one in header.results
    ]


def _closed(value: str) -> bool:
    """Whether each bracket and quote is closed, and no quote holds what could end a result."""
    depth, quoted, escaped = 0, False, False
    for mark in value:
        if escaped:
            escaped = False
        elif mark == "\\":
            escaped = True
        elif mark == '"' and not depth:
            quoted = not quoted
        elif not quoted and mark == "(":
            depth += 1
        elif not quoted and mark == ")":
            depth -= 1
        if depth < 0 or depth > 5:
            return False
    return not depth and not quoted and not escaped
