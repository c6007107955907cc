"""Mails fetched from a mailbox and stored, each once, before the watermark moves.

Nothing is read here but the header that tells one mail from another, so that no mail can stop the next. A mail is known
by its Message-ID, or by its header where it has none: a mailbox that was built anew (another UIDVALIDITY) is gone
through again, and what is on file is not fetched twice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from cx_core.desk.service import Means, Service
from cx_core.errors import SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.ports import Unit
from cx_core.ports.outside.mailboxes import ListedMail, MailFolder
from cx_core.records import ArrivedMail, Mailbox, Watermark

LISTED = 100
"""Mails whose headers are asked for at once."""
TOGETHER, TOGETHER_BYTES = 25, 4_000_000
"""So many mails, or so many bytes of them, are stored in one transaction."""
STUCK = 5
"""So often the connection may end over the same mail before that is set apart and the next ones go on."""
_MESSAGE_ID = re.compile(rb"^message-id:[ \t\r\n]*(<[^>\r\n]{1,998}>)", re.I | re.M)
_HEADER_ENDS = re.compile(rb"\r?\n\r?\n")
UNLISTED = "The server does not give its header and its size."
TWICE = "Another mail with the same Message-ID and other words came before."

Stored = tuple[ArrivedMail, bytes | None]


class MailFetching(Service):
    """Harmless when two fetchers are at one mailbox: a mail is on file once."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._vault, self._most = means.vault, means.most_mail
        self._at_once: dict[str, int] = {}

    def catch_up(self, mailbox: Mailbox, folder: MailFolder, go_on: Callable[[], bool] = lambda: True) -> int:
        """Store every mail above the watermark; returns how many. Stops early where `go_on` says so.

        Raises SystemTrouble when the connection ends; what was stored by then is kept.
        """
        mark = self.begin(mailbox, folder)
        count = 0
        self._behind(mailbox, folder.count_after(mark.uid))
        while go_on():
            listed = self._listed(folder, mark)
            if not listed:
                self._well(mailbox)
                return count + self._fetch_wanted(mailbox, folder)
            mark, new = self._fetch(mailbox, folder, mark, listed)
            count += new
        return count

    def _listed(self, folder: MailFolder, mark: Watermark) -> tuple[ListedMail, ...]:
        """The next mails. Fewer are asked for at once after trouble, so that it is found which one makes it.

        Each trouble with one mail alone is counted. Raises SystemTrouble until it has come `STUCK` times.
        """
        while True:
            most = self._at_once.get(mark.mailbox, LISTED)
            alone = folder.next_after(mark.uid) if most == 1 else None
            if alone is not None and (mark.stuck_uid, mark.stuck_tries >= STUCK) == (alone, True):
                self._at_once[mark.mailbox] = 2
                return (ListedMail(alone, 0, b""),)
            try:
                listed = folder.listed(mark.uid, most)
            except SystemTrouble as trouble:
                self._at_once[mark.mailbox] = max(1, most // 2)
                if alone is not None:
                    self._note_stuck(mark, alone)
                if alone is not None or not isinstance(trouble, SystemRefused):
                    raise  # a connection that ended cannot be asked again
            else:
                self._at_once[mark.mailbox] = min(LISTED, most * 2)
                return listed

    def begin(self, mailbox: Mailbox, folder: MailFolder) -> Watermark:
        """Where to go on. What a mailbox holds when it is first seen is only noted, unless it is wanted."""
        validity, next_uid = folder.validity, folder.next_uid
        with self._store.look() as unit:
            mark = unit.mailboxes.watermark(mailbox.id, validity)
        if mark is not None:
            return mark
        with self._store.begin() as unit:
            mark = unit.mailboxes.watermark(mailbox.id, validity)
            if mark is None:
                first = not unit.mailboxes.ever_fetched(mailbox.id)
                earlier = next_uid - 1 if first and not mailbox.with_earlier else 0
                mark = Watermark(mailbox=mailbox.id, validity=validity, earlier_to=earlier)
                unit.mailboxes.put_watermark(mark)
        return mark

    def _fetch(
        self, mailbox: Mailbox, folder: MailFolder, mark: Watermark, listed: tuple[ListedMail, ...]
    ) -> tuple[Watermark, int]:
        keys = {mail.uid: key_of(mail, mark.validity) for mail in listed}
        with self._store.look() as unit:
            known = unit.arrived_mail.known(mailbox.id, set(keys.values()))
        batch: list[Stored] = []
        count = 0
        for mail in listed:
            there = known.get(keys[mail.uid])
            gone = mail.size < 0 or (there is not None and _on_file(there, mark, mail))
            if not gone and (found := self._found(mailbox, folder, mark, mail)) is not None:
                batch.append(found)
            mark = mark.replace(uid=mail.uid)
            if len(batch) >= TOGETHER or sum(len(raw or b"") for _, raw in batch) >= TOGETHER_BYTES:
                count += self._store_all(mailbox, batch, mark)
                batch = []
        return mark, count + self._store_all(mailbox, batch, mark)

    def _found(self, mailbox: Mailbox, folder: MailFolder, mark: Watermark, mail: ListedMail) -> Stored | None:
        """The mail as it is to be stored; None: it has gone meanwhile."""
        made = ArrivedMail(
            mailbox=mailbox.id,
            key=key_of(mail, mark.validity),
            validity=mark.validity,
            uid=mail.uid,
            size=mail.size,
            at=self._clock(),
        )
        if mail.uid <= mark.earlier_to:
            return made.replace(state="earlier"), None
        if mail.size > self._most:
            return made.replace(state="apart", why=self._too_large(mail.size)), None
        if (mark.stuck_uid, mark.stuck_tries >= STUCK) == (mail.uid, True):
            why = f"The connection ended {STUCK} times while it was fetched." if mail.header else UNLISTED
            return made.replace(state="apart", why=why), None
        try:
            raw = folder.whole(mail.uid)
        except SystemRefused as refused:
            return made.replace(state="apart", why=f"The server does not hand it over: {refused}"), None
        except SystemTrouble:
            self._note_stuck(mark, mail.uid)
            raise
        return None if raw is None else self._whole(made, raw)

    def _whole(self, made: ArrivedMail, raw: bytes) -> Stored:
        if len(raw) > self._most:  # the server said that it was shorter
            return made.replace(state="apart", why=self._too_large(len(raw))), None
        return made.replace(body_digest=hashlib.sha256(body_of(raw)).hexdigest()), raw

    def _too_large(self, size: int) -> str:
        return f"It has {size / 1_000_000:,.0f} MB; at most {self._most // 1_000_000} MB are taken (CX_MAIL_MB)."

    def _store_all(self, mailbox: Mailbox, batch: list[Stored], mark: Watermark) -> int:
        """In one transaction with the watermark. Returns how many were new."""
        with self._store.begin() as unit:
            current = unit.mailboxes.get(mailbox.id)
            if current is None or current.fetched_from != mailbox.fetched_from:
                raise SystemUnreachable("The mailbox was changed meanwhile: it is fetched from anew.")
            count = sum(self._add(unit, mail, raw) for mail, raw in batch)
            now = unit.mailboxes.watermark(mark.mailbox, mark.validity)
            if now is None or now.uid < mark.uid:
                unit.mailboxes.put_watermark(mark)
        return count

    def _add(self, unit: Unit, mail: ArrivedMail, raw: bytes | None) -> bool:
        """A second mail of one Message-ID that says something else is set apart: nothing is lost for it."""
        if unit.arrived_mail.add(mail, self._sealed(mail, raw)):
            return True
        there = unit.arrived_mail.known(mail.mailbox, (mail.key,))[mail.key]
        if (there.validity, there.uid) == (mail.validity, mail.uid):
            return False  # another fetcher was faster
        if _never_fetched(there) and there.validity != mail.validity:
            if mail.state == "earlier":  # still what a person may have tried again, where it lies now
                mail = there.replace(validity=mail.validity, uid=mail.uid)
            self._put(unit, mail.replace(id=there.id), raw)
            return raw is not None
        if raw is None:  # nothing to compare: it is too large or was not handed over
            other = mail.replace(key=f"{mail.key}:{mail.validity}-{mail.uid}")
        elif there.body_digest == mail.body_digest:
            return False
        else:
            other = mail.replace(key=f"{mail.key}:{mail.body_digest[:16]}", state="apart", why=TWICE)
        return unit.arrived_mail.add(other, self._sealed(other, raw))

    def _put(self, unit: Unit, mail: ArrivedMail, raw: bytes | None) -> None:
        """A mail that is on file, fetched again."""
        unit.arrived_mail.put(mail)
        if raw is not None:
            unit.arrived_mail.put_bytes(mail.id, self._vault.seal(raw, about_mail(mail)))

    def _sealed(self, mail: ArrivedMail, raw: bytes | None) -> bytes | None:
        return None if raw is None else self._vault.seal(raw, about_mail(mail))

    def _fetch_wanted(self, mailbox: Mailbox, folder: MailFolder) -> int:
        """Once more what a person wants tried again and is not on file whole. Each is fetched or set apart again."""
        with self._store.look() as unit:
            wanted = unit.arrived_mail.wanted(mailbox.id)
        for count, mail in enumerate(wanted, start=1):
            made, raw, ended = mail.replace(state="apart", why="It is not in the mailbox any more."), None, False
            try:
                mark = Watermark(mailbox=mailbox.id, validity=mail.validity)
                listed = ListedMail(mail.uid, mail.size, b"")
                if mail.validity == folder.validity and (found := self._found(mailbox, folder, mark, listed)):
                    made, raw = found
            except SystemTrouble as trouble:
                made, ended = mail.replace(state="apart", why=f"The server does not hand it over: {trouble}"), True
            with self._store.begin() as unit:
                size = len(raw) if raw is not None else mail.size
                now = mail.replace(state=made.state, why=made.why, body_digest=made.body_digest, size=size)
                self._put(unit, now, raw)
            if ended:  # whoever waits for new mail next finds the connection gone, and opens another
                return count
        return len(wanted)

    def _note_stuck(self, mark: Watermark, uid: int) -> None:
        tries = mark.stuck_tries + 1 if mark.stuck_uid == uid else 1
        with self._store.begin() as unit:
            now = unit.mailboxes.watermark(mark.mailbox, mark.validity)
            if now is not None:
                unit.mailboxes.put_watermark(now.replace(stuck_uid=uid, stuck_tries=tries))

    def _behind(self, mailbox: Mailbox, behind: int) -> None:
        if behind:
            with self._store.begin() as unit:
                unit.mailboxes.put_state(unit.mailboxes.state(mailbox.id).replace(behind=behind))

    def _well(self, mailbox: Mailbox) -> None:
        well = {"fetched_at": self._clock(), "behind": 0, "trouble": "", "refused": False, "since": None, "failures": 0}
        with self._store.begin() as unit:
            unit.mailboxes.put_state(unit.mailboxes.state(mailbox.id).replace(**well))


def key_of(mail: ListedMail, validity: int) -> str:
    """What a mail is known by within its mailbox. A digest: a Message-ID often names who wrote."""
    if not mail.header:
        return f"uid:{validity}-{mail.uid}"
    found = _MESSAGE_ID.search(mail.header)
    return f"id:{_digest(found[1])}" if found else f"header:{_digest(mail.header)}"


def _never_fetched(mail: ArrivedMail) -> bool:
    """Whether its words were never seen, though they are wanted."""
    return mail.state in ("apart", "wanted") and not mail.body_digest


def _on_file(there: ArrivedMail, mark: Watermark, mail: ListedMail) -> bool:
    """Whether a listed mail is one that is known, without fetching it. In one numbering another UID is another mail."""
    if there.validity == mark.validity:
        return there.uid == mail.uid
    return there.size == mail.size and not _never_fetched(there)


def body_of(raw: bytes) -> bytes:
    """What follows the header, which differs by the way that a mail took."""
    ends = _HEADER_ENDS.search(raw)
    return raw[ends.end() :] if ends else raw


def about_mail(mail: ArrivedMail) -> str:
    """What the encrypted bytes of a mail are bound to."""
    return f"mail:{mail.mailbox}:{mail.key}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
