"""What mail programs and companies write around a customer's words, as regular expressions."""

from __future__ import annotations

MESSAGE = (
    *("message", "nachricht", "mensaje", "wiadomość", "wiadomosc", "bericht", "messaggio", "mensagem", "meddelande"),
    *("сообщение", "e-?mail", "mail", "原始邮件", "原始郵件", "元のメッセージ", "転送メッセージ"),
)
"""In a line such as "-----Original Message-----"."""

FORWARDED = (
    "begin forwarded",
    "anfang der weitergeleiteten",
    "début du message",
    "inicio del mensaje",
    "początek przek",
)

WROTE = (
    *("wrote", "schrieb", "geschrieben", "écrit", "escribió", "escribio", "napisał", "napisała", "napisal", "pisze"),
    *("escreveu", "scritto", "scrisse", "schreef", "geschreven", "skrev", "написал", "написала", "пишет"),
)

SENDER = (
    *("from", "von", "de", "da", "od", "van", "från", "fra", "от(?: кого)?", "reply-to", "absender", "expéditeur"),
    *(
        "remitente",
        "nadawca",
        "mittente",
        "发件人",
        "寄件者",
        "差出人",
        "보낸 사람",
        "odesílatel",
        "feladó",
        "lähettäjä",
        "gönderen",
    ),
)
SENT = (
    *("sent", "subject", "gesendet", "betreff", "envoyé", "objet", "sujet", "enviado(?: el)?", "asunto", "wysłano"),
    *("wyslano", "temat", "inviato", "oggetto", "verzonden", "onderwerp", "skickat", "ämne", "тема"),
    *(
        "отправлено",
        "发送时间",
        "发送日期",
        "主题",
        "主旨",
        "送信日時",
        "件名",
        "odesláno",
        "předmět",
        "gönderildi",
        "konu",
    ),
)
"""Fields of a header that only a mail has: "From: London, To: Leeds" is a journey."""
FIELDS = (
    *SENT,
    *(
        "date",
        "to",
        "cc",
        "reply-to",
        "datum",
        "an",
        "kopie",
        "à",
        "fecha",
        "para",
        "data",
        "do",
        "dw",
        "risposta",
        "a",
    ),
    *("aan", "till", "дата", "кому", "收件人", "抄送", "宛先", "日時", "komu", "címzett", "kime"),
)

SENT_FROM = (
    *("sent (?:from|via|with|by|using)", "from my", r"get \[?outlook", "gesendet", "diese nachricht wurde", "envoyé"),
    *(r"télécharge\w* outlook", "enviado (?:desde|con)", "obtener outlook", "wysłan[eoay] z", "pobierz outlook"),
    *("inviato da", "verzonden", "enviado do", "skickat från", "传送", "傳送"),
)
DEVICE = (
    *("i-?phone", "i-?pad", "i-?pod", "android", "blackberry", "outlook", "mailbox", "airmail", "samsung", "galaxy"),
    *("huawei", "xiaomi", "pixel", "htc", "nokia", "windows", "yahoo", "gmail", "gmx", r"web\.de", "proton ?mail"),
    *("thunderbird", "k-9", "smart-?phone", r"mobil\w*", "handy", "móvil", r"telefon\w*", "portable", r"tablet\w*"),
    *("cell", "phone", r"mail\b", "e-mail"),
)

_THIS = (
    r"\b(?:this|these|the (?:information|contents?)|any) ?(?:e-?mail|message|communication|transmission|attachment)?"
)
FOOTER = (
    r"\bif you (?:are not|have received|received|are neither)\b[^.]{0,80}\b(?:recipient|error|addressee|mistake)",
    r"\b(?:may|might) (?:also )?(?:contain|be)\b[^.]{0,60}\b(?:confidential|privileged)",
    _THIS
    + r"[^.]{0,80}\b(?:is|are) (?:strictly )?(?:confidential|intended)\b[^.]{0,60}\b(?:only|solely|sole|use of)\b",
    r"\bconsider(?:ing)? the environment\b|\bthink before (?:you )?print",
    r"\bnotify the sender (?:immediately|at once|by|and)\b",
    r"\bscanned (?:for|by)\b[^.]{0,60}\b(?:virus|malware|spam)",
    r"\bregistered (?:office|in (?:england|scotland|wales|ireland))\b[^\n]{0,60}(?:\d{5}|no\.?|number)",
    r"\bnicht der (?:richtige|vorgesehene|beabsichtigte|bezeichnete)\b|\bvertrauliche (?:und|oder|informationen)\b",
    r"\birrtümlich (?:erhalten|zugesandt)|\babsender\b[^.]{0,40}\b(?:vernichten|löschen|informieren|benachrichtigen)",
    r"\bamtsgericht\b[^\n]{0,60}\bhrb\b|\bgeschäftsführer(?:in)?:",
    r"\bn['’]êtes pas (?:le|la) (?:bon )?destinataire\b|\breçu [^.]{0,20}\bpar erreur\b[^.]{0,60}\bexpéditeur",
    r"\bce (?:message|courriel|mail)\b[^.]{0,90}\bconfidentiel|\bavant d['’]imprimer\b",
    r"\beste (?:mensaje|correo)\b[^.]{0,120}\bconfidencial|\bno es (?:usted )?el destinatario\b|\bantes de imprimir\b",
    r"\b(?:wiadomość|e-?mail)\b[^.]{0,120}\bpoufn|\bzanim wydrukujesz\b",
    r"\bnie (?:jest|są)(?:eś|eście)? (?:państwo )?(?:jej )?(?:zamierzonym(?:i)? )?(?:adresat|odbiorc)",
    r"\bunsubscribe\b[^.]{0,80}(?:click|visit|http|<|preferences)|(?:click|visit)\b[^.]{0,80}\bunsubscribe\b",
    r"\babzumelden\b[^.]{0,60}\bklick|\bse désinscrire\b[^.]{0,60}\bcliqu|\bdarse de baja\b[^.]{0,60}\b(?:clic|pulse)",
    r"\b(?:respond|reply to this email)\b[^.]{0,60}\b(?:or visit|or view|directly or)\b",
)
"""What only stands below mails: for whom they are, that they are confidential, where a company is registered."""

FIRST_PERSON = (
    *("ich", r"mein\w*", "mir", "mich", "je", "j['’]", "mon", "ma", "mes", "moi", "yo", "mi", "mis", "me", "my"),
    *(r"moj\w*", "mój", "mnie", "mam", "(?-i:I)"),
)
"""Whoever says so wrote it themselves."""

FAREWELL = (
    *("regards", "wishes", "sincerely", "faithfully", r"yours[^\n]{0,20}", "best", "cheers", "thanks", "thank you"),
    *("many thanks", "thanks in advance"),
    *(
        "mit (?:freundlichen?|besten|lieben) grü(?:ß|ss)en?",
        "(?:viele|beste|liebe|schöne) grü(?:ß|ss)e",
        "mfg",
        "vg",
        "lg",
    ),
    *("(?:vielen |besten )?danke?(?: im voraus)?", "hochachtungsvoll"),
    *("(?:bien )?cordialement", "(?:bien )?à vous", "salutations(?: distinguées)?", "merci(?: d['’]avance)?"),
    *("(?:un )?(?:cordial )?saludos?(?: cordiales)?", "atentamente", "gracias(?: de antemano)?"),
    *("(?:serdecznie )?pozdrawiam", "z poważaniem", "(?:z góry )?(?:dziękuję|dziekuje)"),
)
"""On a line of its own, with a name or without."""

HTML_ONLY = (
    r"\b(?:does|do|can)(?: ?not|n['’]t) (?:support|display|show|read|view) (?:html|this)",
    r"\b(?:view|see|read|open) (?:it|this|the)?\s?(?:e-?mail|message|mail|newsletter)?\s?(?:in|with|on) (?:your|an?) "
    r"(?:web )?(?:browser|html)",
    r"\bhtml[- ](?:e-?mail|message|mail|version|only|format|capable|enabled|compatible)",
    r"\b(?:in|as|with|requires?|contains) html\b",
    r"\bkann? (?:diese|html)\b[^.]{0,40}\b(?:nicht|anzeigen)|\bim browser (?:an(?:sehen|zeigen)|öffnen)\b",
    r"\bversion html\b|\bdans (?:votre|un) navigateur\b|\ben (?:su|tu|el) navegador\b|\bw przeglądarce\b",
)
"""What stands in a plain text that only takes the place of HTML."""
