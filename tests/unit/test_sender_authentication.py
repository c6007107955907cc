"""Who is vouched for: only whom the mailbox's own server checked, whatever a sender writes above, below and within."""

from __future__ import annotations

import pytest

from cx_core.adapters.mail.sender_authentication import vouched_identity
from cx_core.records import Trust

Headers = list[tuple[str, str]]
OURS = Trust(authserv_id="mx.desk.example")
GMAIL = Trust(authserv_id="mx.google.com")
MARIA = ("From", "Maria Keller <maria@shop.example>")
BORDER = ("Received", "from out.shop.example (out.shop.example [203.0.113.7]) by mx.desk.example (Postfix) with ESMTPS")
LMTP = ("Received", "from mx.desk.example by imap.desk.example with LMTP id abc (envelope-from <maria@shop.example>)")
FILTER = (
    "Received",
    "from localhost (localhost [127.0.0.1]) by mx.desk.example (Postfix) with ESMTP id 7 for <d@x.example>",
)
EVIL = ("Received", "from evil.example (evil.example [198.51.100.6]) by mx.desk.example (Postfix) with ESMTPS id 1")
PASSED = ("Authentication-Results", "mx.desk.example; dmarc=pass (p=reject dis=none) header.from=shop.example")
FAILED = ("Authentication-Results", "mx.desk.example; dmarc=fail (p=none) header.from=shop.example")


def results(said: str, server: str = "mx.desk.example") -> tuple[str, str]:
    return "Authentication-Results", f"{server}; {said}"


@pytest.mark.parametrize(
    ("headers", "trust"),
    [
        pytest.param([PASSED, BORDER, MARIA], OURS, id="dmarc"),
        pytest.param([LMTP, PASSED, BORDER, MARIA], OURS, id="below the hop to the mailbox"),
        pytest.param([LMTP, FILTER, PASSED, BORDER, MARIA], OURS, id="below a filter on the same machine"),
        pytest.param(
            [("authentication-results", "MX.Desk.Example 1; DMARC=Pass header.from=Shop.Example"), BORDER, MARIA],
            OURS,
            id="case and version",
        ),
        pytest.param(
            [
                results("dkim=pass (2048-bit key) header.d=shop.example header.i=@shop.example header.s=x"),
                BORDER,
                MARIA,
            ],
            OURS,
            id="dkim",
        ),
        pytest.param(
            [results("dkim=pass header.d=shop.example"), BORDER, ("From", "a@news.shop.example")], OURS, id="dkim above"
        ),
        pytest.param([results("dkim=pass header.i=@shop.example"), BORDER, MARIA], OURS, id="dkim by identity"),
        pytest.param(
            [results("dkim=fail header.d=list.example; dkim=pass header.d=shop.example"), BORDER, MARIA],
            OURS,
            id="one of two signatures",
        ),
        pytest.param(
            [PASSED, results("dkim=pass header.d=shop.example"), BORDER, MARIA], OURS, id="two headers of ours"
        ),
        pytest.param(
            [results("dmarc=fail header.from=shop.example", "mx.far.example"), PASSED, BORDER, MARIA],
            OURS,
            id="another server's word",
        ),
        pytest.param([PASSED, BORDER, FAILED, MARIA], OURS, id="what the sender wrote is not asked"),
        pytest.param(
            [PASSED, BORDER, ("From", '"maria@shop.example" <maria@shop.example>')], OURS, id="its own address as name"
        ),
        pytest.param(
            [
                ("Received", "by 2002:a05:6000:1 with SMTP id x; Mon, 2 Nov 2026"),
                (
                    "Received",
                    "from out.shop.example (out [203.0.113.7]) by mx.google.com with ESMTPS id y for <d@desk.example>",
                ),
                results(
                    "dkim=pass header.i=@shop.example; spf=pass; dmarc=pass (p=NONE sp=NONE) header.from=shop.example",
                    "mx.google.com",
                ),
                MARIA,
            ],
            GMAIL,
            id="Gmail, which writes below its Received",
        ),
    ],
)
def test_that_whom_our_server_checked_is_vouched_for(headers: Headers, trust: Trust) -> None:
    identity, why = vouched_identity(headers, trust)
    assert identity == 1, why
    assert "passed for" in why


FORGED = [
    pytest.param([PASSED, BORDER, MARIA], Trust(), id="no server configured"),
    pytest.param([BORDER, MARIA], OURS, id="nothing said"),
    pytest.param([EVIL, PASSED, MARIA], OURS, id="a lone forged one"),
    pytest.param([LMTP, EVIL, PASSED, MARIA], OURS, id="a lone forged one below the hop to the mailbox"),
    pytest.param([FAILED, EVIL, PASSED, MARIA], OURS, id="ours failed, a forged one passes below"),
    pytest.param(
        [results("spf=pass smtp.mailfrom=evil.example"), EVIL, PASSED, MARIA],
        OURS,
        id="ours has no dmarc, the forged one has",
    ),
    pytest.param([PASSED, MARIA], OURS, id="no server received it"),
    pytest.param([EVIL, PASSED, BORDER, MARIA], OURS, id="with a forged Received of ours below"),
    pytest.param([EVIL, LMTP, PASSED, BORDER, MARIA], OURS, id="with a forged hop to the mailbox below"),
    pytest.param(
        [results("dmarc=pass header.from=shop.example", "mx.evil.example"), BORDER, MARIA],
        OURS,
        id="another server's name",
    ),
    pytest.param(
        [results("dmarc=pass header.from=shop.example", "mx.desk.example.evil.example"), BORDER, MARIA],
        OURS,
        id="a name that begins alike",
    ),
    pytest.param(
        [results("dmarc=pass header.from=shop.example", "(mx.desk.example) mx.evil.example"), BORDER, MARIA],
        OURS,
        id="our name in a comment",
    ),
    pytest.param(
        [results("dmarc=fail (dmarc=pass header.from=shop.example) header.from=shop.example"), BORDER, MARIA],
        OURS,
        id="pass in a comment",
    ),
    pytest.param(
        [results('spf=fail reason="dmarc=pass header.from=shop.example"'), BORDER, MARIA],
        OURS,
        id="pass in a reason",
    ),
    pytest.param(
        [results("spf=fail (x; dmarc=pass header.from=shop.example)"), BORDER, MARIA],
        OURS,
        id="a result in a comment",
    ),
    pytest.param([results("spf=pass smtp.mailfrom=shop.example"), BORDER, MARIA], OURS, id="only spf"),
    pytest.param(
        [results("spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example"), BORDER, MARIA],
        OURS,
        id="unaligned",
    ),
    pytest.param([results("dmarc=pass header.from=evil.example"), BORDER, MARIA], OURS, id="for another domain"),
    pytest.param([results("dmarc=pass"), BORDER, MARIA], OURS, id="for no domain"),
    pytest.param(
        [results("dmarc=pass header.from=evil.example header.from=shop.example"), BORDER, MARIA],
        OURS,
        id="for two domains",
    ),
    pytest.param(
        [results("dmarc=fail header.from=evil.example; dmarc=pass header.from=shop.example"), BORDER, MARIA],
        OURS,
        id="fail and pass",
    ),
    pytest.param(
        [results("dkim=pass header.d=shop.example; dmarc=fail header.from=shop.example"), BORDER, MARIA],
        OURS,
        id="dkim passed, dmarc failed",
    ),
    pytest.param(
        [results("dkim=pass header.d=shop.example(.evil.example"), BORDER, MARIA],
        OURS,
        id="an open comment in a domain",
    ),
    pytest.param([results('dkim=pass header.d="shop.example'), BORDER, MARIA], OURS, id="an open quote"),
    pytest.param(
        [results("dkim=pass header.d=shop.example.evil.example"), BORDER, MARIA],
        OURS,
        id="a domain that begins alike",
    ),
    pytest.param([results("dkim=pass header.d=op.example"), BORDER, MARIA], OURS, id="a domain that ends alike"),
    pytest.param([results("dkim=pass header.d=example"), BORDER, MARIA], OURS, id="a top level"),
    pytest.param(
        [results("dkim=pass header.d=user.shop.example"), BORDER, MARIA], OURS, id="a domain below the sender's"
    ),
    pytest.param([results("dkim=passed header.d=shop.example"), BORDER, MARIA], OURS, id="no result of the RFC"),
    pytest.param(
        [
            results("dkim=pass header.d=shop.example"),
            BORDER,
            ("DKIM-Signature", "v=1; d=shop.example; s=x; l=120; b=y"),
            MARIA,
        ],
        OURS,
        id="only the beginning is signed",
    ),
    pytest.param(
        [
            ("ARC-Authentication-Results", "i=1; mx.desk.example; dmarc=pass header.from=shop.example"),
            BORDER,
            MARIA,
        ],
        OURS,
        id="arc",
    ),
    pytest.param(
        [("X-Original-Authentication-Results", PASSED[1]), BORDER, MARIA], OURS, id="a header that was renamed"
    ),
    pytest.param(
        [
            ("Received", "from x by mx.desk.example with LMTP id 1 by mx.desk.example (Postfix)"),
            BORDER,
            PASSED,
            MARIA,
        ],
        OURS,
        id="a greeting with a blank and LMTP",
    ),
    pytest.param([PASSED, BORDER, MARIA, ("From", "evil@evil.example")], OURS, id="two From headers"),
    pytest.param([PASSED, BORDER, ("From", "maria@shop.example, evil@evil.example")], OURS, id="two senders"),
    pytest.param([PASSED, BORDER, ("From", "Team: maria@shop.example;")], OURS, id="a group"),
    pytest.param([PASSED, BORDER, ("From", '"maria@shop.example" <evil@evil.example>')], OURS, id="an address as name"),
    pytest.param(
        [
            results("dmarc=pass header.from=evil.example"),
            BORDER,
            ("From", '"maria@shop.example" <evil@evil.example>'),
        ],
        OURS,
        id="an address as name, checked for the other",
    ),
    pytest.param(
        [
            results("dmarc=pass header.from=evil.example"),
            BORDER,
            ("From", "=?utf-8?q?maria=40shop.example?= <evil@evil.example>"),
        ],
        OURS,
        id="an encoded address as name",
    ),
    pytest.param(
        [
            results("dmarc=pass header.from=evil.example"),
            BORDER,
            ("From", "maria＠shop.example <evil@evil.example>"),
        ],
        OURS,
        id="an address with a wide sign as name",
    ),
    pytest.param([PASSED, BORDER, ("From", "maria@shop.example\x00@evil.example")], OURS, id="a NULL byte"),
    pytest.param([PASSED, BORDER, ("From", "maria@shop.example <evil@evil.example> (x)")], OURS, id="a comment behind"),
    pytest.param([PASSED, BORDER, ("From", "<@evil.example:maria@shop.example>")], OURS, id="a route"),
    pytest.param([PASSED, BORDER, ("From", "maria@ѕhop.example")], OURS, id="a letter that looks alike"),
    pytest.param(
        [results("dmarc=pass header.from=xn--hop-qoc.example"), BORDER, ("From", "maria@xn--hop-qoc.example")],
        OURS,
        id="the same, encoded",
    ),
    pytest.param([PASSED, BORDER, ("From", "")], OURS, id="no sender"),
    pytest.param([PASSED, BORDER], OURS, id="no From"),
    pytest.param([PASSED, BORDER, ("From", "maria@shop.example.")], OURS, id="a dot behind"),
    pytest.param(
        [("Authentication-Results", PASSED[1] + "x" * 5000), BORDER, MARIA], OURS, id="too long to be read whole"
    ),
    pytest.param(
        [
            ("Received", "from out (out [203.0.113.7]) by mx.google.com with ESMTPS id y"),
            ("Received", "from evil by mx.google.com with ESMTPS id z"),
            results("dmarc=pass header.from=shop.example", "mx.google.com"),
            MARIA,
        ],
        GMAIL,
        id="below what Gmail wrote",
    ),
    pytest.param(
        [results("dmarc=pass header.from=shop.example", "mx.google.com"), MARIA],
        GMAIL,
        id="never received by Gmail",
    ),
]


@pytest.mark.parametrize(("headers", "trust"), FORGED)
def test_that_nobody_else_is(headers: Headers, trust: Trust) -> None:
    identity, why = vouched_identity(headers, trust)
    assert identity == 0
    assert why
    assert "passed for shop.example" not in why


@pytest.mark.parametrize(("headers", "trust"), FORGED)
def test_that_whom_nobody_vouches_for_is_not_vouched_for_at_microsoft_either(headers: Headers, trust: Trust) -> None:
    for named in ("", trust.authserv_id):
        assert vouched_identity(headers, trust.replace(authserv_id=named, at_microsoft=True))[0] == 0


def test_that_results_between_two_servers_count_only_where_forged_ones_are_removed() -> None:
    below = [BORDER, PASSED, MARIA]
    assert vouched_identity(below, OURS)[0] == 0
    assert vouched_identity(below, OURS.replace(removes_forged=True))[0] == 1
