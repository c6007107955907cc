"""Whom Exchange Online checked is vouched for where it is switched on; whoever writes like it is not."""

from __future__ import annotations

import pytest

from cx_core.adapters.mail.sender_authentication import vouched_identity
from cx_core.records import Trust

Headers = list[tuple[str, str]]
MICROSOFT = Trust(at_microsoft=True)
MARIA = ("From", "Maria Keller <maria@shop.example>")
OUTSIDE = ("X-MS-Exchange-Organization-AuthAs", "Anonymous")
HTTPS = (
    "Received",
    "from AM6PR01MB0002.eurprd01.prod.outlook.com (2603:10a6:20b:b5::7) by DB9PR01MB0001.eurprd01.prod.outlook.com "
    "with HTTPS; Wed, 25 Nov 2026 09:00:03 +0000",
)
FRONT = (
    "Received",
    "from AM0EUR02FT041.eop-EUR02.prod.protection.outlook.com (2603:10a6:20b:462:cafe::b4) by "
    "AS9PR06CA0001.outlook.office365.com (2603:10a6:20b:462::6) with Microsoft SMTP Server (version=TLS1_3, "
    "cipher=TLS_AES_256_GCM_SHA384) id 15.20.9700.22 via Frontend Transport; Wed, 25 Nov 2026 09:00:02 +0000",
)
BORDER = (
    "Received",
    "from out.shop.example (203.0.113.7) by AM0EUR02FT041.mail.protection.outlook.com (10.13.54.101) with Microsoft "
    "SMTP Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.9700.10; Wed, 25 Nov 2026 09:00:01 +0000",
)
PASSED = (
    "Authentication-Results",
    "spf=pass (sender IP is 203.0.113.7) smtp.mailfrom=shop.example; dkim=pass (signature was verified) "
    "header.d=shop.example;dmarc=pass action=none header.from=shop.example;compauth=pass reason=100",
)
FAILED = (
    "Authentication-Results",
    "spf=fail (sender IP is 198.51.100.6) smtp.mailfrom=shop.example; dkim=none (message not signed) header.d=none;"
    "dmarc=fail action=quarantine header.from=shop.example;compauth=fail reason=000",
)
SPF = ("Received-SPF", "Pass (protection.outlook.com: domain of shop.example designates 203.0.113.7)")
REAL: Headers = [HTTPS, FRONT, PASSED, SPF, BORDER, OUTSIDE, MARIA]


def said(results: str) -> Headers:
    return [HTTPS, FRONT, ("Authentication-Results", results), SPF, BORDER, OUTSIDE, MARIA]


def handed_in(helo: str, address: str) -> tuple[str, str]:
    """As Exchange Online writes of a program that hands in a mail, by whatever name it calls itself."""
    return "Received", f"from {helo} ({address}) by AM6PR01MB0002.eurprd01.prod.outlook.com (2603:10a6::7) with ESMTP"


@pytest.mark.parametrize(
    "headers",
    [
        REAL,
        said(f"spf=pass smtp.mailfrom=a.example; desk.example; {PASSED[1].partition(';')[2].strip()}"),
        [*REAL[:-1], ("Authentication-Results", "mx.far.example; dmarc=fail header.from=shop.example"), MARIA],
        [*REAL[:-1], FAILED, MARIA],
    ],
    ids=["as it is", "the older form", "named results of a hop before", "what the sender wrote is not asked"],
)
def test_that_whom_the_border_server_checked_is_vouched_for_where_it_is_switched_on(headers: Headers) -> None:
    identity, why = vouched_identity(headers, MICROSOFT)
    assert identity == 1, why
    assert vouched_identity(headers, Trust())[0] == 0
    assert vouched_identity(headers, Trust(authserv_id="mx.desk.example"))[0] == 0


EVIL_BORDER = (BORDER[0], BORDER[1].replace("out.shop.example (203.0.113.7)", "evil.example (198.51.100.6)"))
THEIR_NAME = "AM0EUR02FT041.eop-EUR02.prod.protection.outlook.com"
NEARLY = (BORDER[0], BORDER[1].replace(".outlook.com (10", ".outlook.com.evil.example (10"))
BY_IN_NAME = (BORDER[0], "from x by evil by AM0.mail.protection.outlook.com (10.0.0.1) with S")
FORGED_FRONT = (FRONT[0], FRONT[1].replace("2603:10a6:20b:462:cafe::b4", "198.51.100.6"))


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([PASSED, OUTSIDE, MARIA], id="received by nobody"),
        pytest.param([HTTPS, FRONT, FAILED, EVIL_BORDER, PASSED, BORDER, OUTSIDE, MARIA], id="a pass below a fail"),
        pytest.param([HTTPS, FRONT, EVIL_BORDER, PASSED, BORDER, OUTSIDE, MARIA], id="a whole border below the border"),
        pytest.param([HTTPS, FRONT, EVIL_BORDER, PASSED, OUTSIDE, MARIA], id="below the border alone"),
        pytest.param([HTTPS, PASSED, FRONT, BORDER, OUTSIDE, MARIA], id="above another hop"),
        pytest.param([PASSED, HTTPS, FRONT, BORDER, OUTSIDE, MARIA], id="above all"),
        pytest.param([HTTPS, FRONT, PASSED, PASSED, BORDER, OUTSIDE, MARIA], id="two"),
        pytest.param([HTTPS, FRONT, FAILED, PASSED, BORDER, OUTSIDE, MARIA], id="a fail and a pass"),
        pytest.param([FAILED, HTTPS, FRONT, PASSED, BORDER, OUTSIDE, MARIA], id="a fail above"),
        pytest.param([HTTPS, FRONT, PASSED, BORDER, MARIA], id="without the mark"),
        pytest.param([HTTPS, FRONT, PASSED, BORDER, (OUTSIDE[0], "Internal"), MARIA], id="from inside"),
        pytest.param([HTTPS, FRONT, PASSED, BORDER, OUTSIDE, (OUTSIDE[0], "Internal"), MARIA], id="two marks"),
        pytest.param(
            [HTTPS, handed_in(THEIR_NAME, "2001:db8::6"), PASSED, BORDER, OUTSIDE, MARIA],
            id="handed in under a name of theirs",
        ),
        pytest.param([HTTPS, FORGED_FRONT, PASSED, BORDER, OUTSIDE, MARIA], id="a hop from a public address"),
        pytest.param(
            [HTTPS, handed_in("laptop", "2001:db8::6"), PASSED, BORDER, OUTSIDE, MARIA], id="handed in by a laptop"
        ),
        pytest.param(
            [HTTPS, handed_in("x.prod.outlook.com.evil.example", "2001:db8::6"), PASSED, BORDER, OUTSIDE, MARIA],
            id="a name that only begins like theirs",
        ),
        pytest.param(
            [("Received", "from a (1.2.3.4) by mx.desk.example (Postfix) with ESMTPS"), PASSED, BORDER, OUTSIDE, MARIA],
            id="another server received it last",
        ),
        pytest.param(
            [HTTPS, FRONT, PASSED, NEARLY, OUTSIDE, MARIA],
            id="a border that only begins like theirs",
        ),
        pytest.param(
            [HTTPS, FRONT, PASSED, BY_IN_NAME, OUTSIDE, MARIA],
            id="by in the sender's name",
        ),
        pytest.param([*REAL[:-1], ("From", "maria@other.example")], id="another sender"),
        pytest.param([*REAL, ("From", "eve@evil.example")], id="two senders"),
        pytest.param([*REAL[:-1], ("From", "maria@sub.shop.example")], id="a domain below"),
        pytest.param(said("dmarc=pass header.from=shop.example; dmarc=fail header.from=shop.example"), id="two dmarc"),
        pytest.param(
            said("dmarc=pass header.from=shop.example header.from=evil.example"), id="two domains in one result"
        ),
        pytest.param(said("dmarc=pass action=none header.from=evil.example"), id="for another domain"),
        pytest.param(said("dmarc=bestguesspass action=none header.from=shop.example"), id="a guess"),
        pytest.param(said("dkim=pass header.d=shop.example"), id="dkim alone"),
        pytest.param(said("spf=pass smtp.mailfrom=evil.example (dmarc=pass header.from=shop.example"), id="unclosed"),
        pytest.param(said('spf=pass smtp.mailfrom="a; dmarc=pass header.from=shop.example"'), id="in quotes"),
        pytest.param(said("spf=fail (x; dmarc=pass header.from=shop.example) smtp.mailfrom=evil"), id="in a comment"),
        pytest.param(
            said("dmarc=pass action=none header.from=shop.example;compauth=fail reason=000"), id="not as a whole"
        ),
        pytest.param(said("mx.evil.example 1; dmarc=pass header.from=shop.example"), id="with a name"),
        pytest.param(said("dmarc=pass header.from=shop.example" + " x.y=z" * 600), id="too long"),
        pytest.param([HTTPS] * 20 + REAL, id="more hops than there are"),
    ],
)
def test_that_whoever_writes_like_it_is_not(headers: Headers) -> None:
    identity, why = vouched_identity(headers, MICROSOFT)
    assert identity == 0
    assert why
