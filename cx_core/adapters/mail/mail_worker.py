"""The process in which mails are parsed, with the limits of the one for documents. Run by `mail_process.MailReader`."""

from __future__ import annotations

import sys

from cx_core.adapters.conversion.worker import serve
from cx_core.adapters.mail.mail_reading import read_mail
from cx_core.errors import UnreadableMail
from cx_core.records import Trust


def main() -> None:
    """Serve until nobody asks any more."""
    memory, seconds = (int(given) for given in sys.argv[1:3])
    serve(_answer, memory, seconds)


def _answer(trust: str, raw: bytes, refused: str) -> tuple[dict[str, object], bytes]:
    """A mail is read also where the process keeps its network: nothing that reads it asks for one."""
    try:
        mail = read_mail(raw, Trust.model_validate_json(trust))
    except UnreadableMail as error:
        return {"refused": str(error)}, b""
    members = [{"name": one.name, "size": len(one.content)} for one in mail.files]
    told = mail.replace(files=()).model_dump(mode="json")
    return {"mail": told, "members": members}, b"".join(one.content for one in mail.files)


if __name__ == "__main__":
    main()
