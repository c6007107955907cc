"""Business systems called by an OpenAPI file.

`document` reads a file within bounds, `references` follows its own references, `schemas` and `operations` make
proposed actions of it. `values`, `requests` and `answers` translate, `calls` sends over pinned connections with
`credentials`, `acts` keeps what was begun, and `back_office` is `ports.BackOffice` made of all that.
"""
