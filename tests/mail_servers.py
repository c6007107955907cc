"""Real mail servers of a test's own, on free ports and in temporary folders: Dovecot and Postfix of Debian."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from imapclient import IMAPClient

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MISSING = "Dovecot is not installed: apt-get install dovecot-core dovecot-imapd dovecot-lmtpd"
PASSWORD = "open-sesame"
OWNER = "mail"
"""Debian's user for mail: Dovecot hands nothing to root."""
CONFIGURATION = """
base_dir = {folder}/base
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
auth_mechanisms = plain login {mechanisms}
mail_max_userip_connections = 50
ssl = {ssl}
{certificate}
{tokens}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""
TOKENS = """
introspection_mode = post
introspection_url = {introspects}
username_attribute = email
active_attribute = active
active_value = true
"""
TOKEN_SIGN_IN = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {path}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
"""

POSTFIX = Path("/usr/lib/postfix/sbin/master")
POSTFIX_MISSING = "Postfix is not installed: apt-get install postfix"
ELSEWHERE = "elsewhere.example"
"""A domain of which Postfix takes mail for anybody, and finds that nobody is there when it delivers."""
HERE = "here.example"
"""A domain whose mailboxes are Postfix's own: only of those it says "delivered"; by LMTP a mail is "relayed"."""
MAIN_CF = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.rung.example
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = rung.example, example.com, {here}
virtual_mailbox_maps = static:here
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = inline:{{ {here}=virtual: }}
virtual_mailbox_base = {folder}/mail
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
mydestination = {elsewhere}
local_recipient_maps =
alias_maps =
alias_database =
biff = no
smtp_dns_support_level = disabled
smtpd_discard_ehlo_keywords = {without}
smtpd_sasl_type = dovecot
smtpd_sasl_auth_enable = {signs_in}
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_sender_restrictions = {senders}
"""
MASTER_CF = """
127.0.0.1:{smtp} inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
error     unix - - n - - error
retry     unix - - n - - error
smtp      unix - - n - - smtp
lmtp      unix - - n - - lmtp
virtual   unix - n n - - virtual
scache    unix - - n - 1 scache
local     unix - n n - - local
anvil     unix - - n - 1 anvil
proxymap  unix - - n - - proxymap
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass
class Dovecot:
    """A running server. Everybody has a mailbox, and the same password."""

    folder: Path
    imap: int
    imaps: int
    lmtp: int
    auth: int = 0
    """Where a Postfix asks who signs in; 0: it does not."""
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert DOVECOT is not None
        self.process = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(self.folder / "dovecot.conf")], stderr=subprocess.DEVNULL, start_new_session=True
        )
        for port in (self.imap, self.lmtp):
            _await_port(port, self)

    def stop(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(timeout=10)
            self.process = None

    def deliver(self, raws: Sequence[bytes], to: str, sender: str = "customer@example.com") -> None:
        """As a mail server does, each once."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as connection:
            for raw in raws:
                connection.sendmail(sender, [to], raw)

    @contextmanager
    def signed_in(self, user: str) -> Iterator[IMAPClient]:
        """As the owner of a mailbox, with another program."""
        client = IMAPClient("127.0.0.1", self.imap, ssl=False)
        client.login(user, PASSWORD)
        try:
            yield client
        finally:
            client.logout()

    def build_anew(self, user: str) -> None:
        """Another UIDVALIDITY, as after a move to another server: the same mails, numbered anew."""
        self.stop()
        box = self.folder / "mail" / user
        for path in (*box.glob("dovecot*"), *box.glob(".INBOX/dovecot*")):
            path.unlink() if path.is_file() else shutil.rmtree(path)
        time.sleep(1.1)  # it is made of the time, in seconds
        self.start()

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace") if (self.folder / "log").exists() else ""


@contextmanager
def dovecot(certificate: Path | None = None, mechanisms: str = "", introspects: str = "") -> Iterator[Dovecot]:
    """Start one, for as long as the block lasts; skips the test with the reason where it is not installed.

    `introspects`: where it asks whose an access token is (RFC 7662). Then tokens sign in too, and Postfix asks it.
    """
    if DOVECOT is None:
        pytest.skip(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="rung-dovecot-", dir="/tmp"))
    folder.chmod(0o755)
    root = os.getuid() == 0
    me = pwd.getpwuid(os.getuid())
    owner = pwd.getpwnam(OWNER) if root else me
    (folder / "mail").mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid) if root else None
    made = Dovecot(folder, free_port(), free_port() if certificate else 0, free_port())
    group = "root" if root else str(me.pw_gid)
    configuration = CONFIGURATION.format(
        folder=folder,
        user="root" if root else me.pw_name,
        login="nobody" if root else me.pw_name,
        group=group,
        uid=owner.pw_uid,
        gid=owner.pw_gid,
        password=PASSWORD,
        mechanisms=mechanisms or ("xoauth2" if introspects else ""),
        tokens=_tokens(made, introspects) if introspects else "",
        ssl="yes" if certificate else "no",
        certificate=f"ssl_cert = <{certificate}\nssl_key = <{certificate}" if certificate else "",
        imap=made.imap,
        imaps=made.imaps,
        lmtp=made.lmtp,
    )
    (folder / "dovecot.conf").write_text(configuration)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _tokens(server: Dovecot, introspects: str) -> str:
    """The part of a configuration that lets access tokens sign in, here and at a Postfix."""
    server.auth = free_port()
    path = server.folder / "oauth2.conf.ext"
    path.write_text(TOKENS.format(introspects=introspects))
    return TOKEN_SIGN_IN.format(path=path, auth=server.auth)


@dataclass
class Postfix:
    """A running server: takes mail from this machine, delivers to a Dovecot by LMTP, reports what became of it."""

    folder: Path
    port: int

    def hand_in(self, raw: bytes, to: str, sender: str) -> None:
        """As a customer's mail program does."""
        with smtplib.SMTP("127.0.0.1", self.port) as connection:
            connection.sendmail(sender, [to], raw)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace") if (self.folder / "log").exists() else ""


@contextmanager
def postfix(delivers_to: Dovecot, *, reports: bool = True) -> Iterator[Postfix]:
    """Start one, for as long as the block lasts; skips the test with the reason where it cannot run.

    Where its Dovecot takes access tokens, only who signs in may send. `reports`: whether it offers DSN (RFC 3461).
    """
    if not POSTFIX.exists():
        pytest.skip(POSTFIX_MISSING)
    if os.getuid() != 0:
        pytest.skip("Postfix starts as root only: it hands its parts to users of their own")
    folder = Path(tempfile.mkdtemp(prefix="rung-postfix-", dir="/tmp"))
    folder.chmod(0o755)
    made = Postfix(folder, free_port())
    owner = pwd.getpwnam(OWNER)
    (folder / "mail").mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    main = MAIN_CF.format(
        folder=folder,
        lmtp=delivers_to.lmtp,
        elsewhere=ELSEWHERE,
        here=HERE,
        uid=owner.pw_uid,
        gid=owner.pw_gid,
        without="" if reports else "dsn",
        signs_in="yes" if delivers_to.auth else "no",
        auth=delivers_to.auth,
        senders="permit_sasl_authenticated, reject" if delivers_to.auth else "",
    )
    (folder / "main.cf").write_text(main)
    (folder / "master.cf").write_text(MASTER_CF.format(smtp=made.port))
    _make_queue(folder)
    process = subprocess.Popen(
        [POSTFIX, "-c", str(folder), "-d"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _await_port(made.port, made)
        yield made
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def _make_queue(folder: Path) -> None:
    """The directories of a queue, with the owners that Postfix asks for; `postfix check` would take seconds."""
    owner, drop = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
    (folder / "queue").mkdir(mode=0o755)
    (folder / "data").mkdir(mode=0o700)
    os.chown(folder / "data", owner, -1)
    (folder / "queue" / "pid").mkdir(mode=0o755)
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "trace"):
        (folder / "queue" / name).mkdir(mode=0o700)
        os.chown(folder / "queue" / name, owner, -1)
    for name, mode in (("maildrop", 0o730), ("public", 0o710)):
        (folder / "queue" / name).mkdir()
        (folder / "queue" / name).chmod(mode)
        os.chown(folder / "queue" / name, owner, drop)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(port: int, server: Dovecot | Postfix) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError(f"{type(server).__name__} did not start: {server.log()[-1000:]}")
