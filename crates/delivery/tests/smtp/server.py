"""A mail server for tests: aiosmtpd, with the faults of real ones on demand.

Reads one JSON object from the command line, writes one JSON object a line to stdout: first {"port": N}, then what
happens: connect, tls, auth, rset, quit and mail. It ends when its stdin is closed.

    tls       "none", "starttls" or "tls"; needs cert and key (PEM files)
    login     [user, password], required before MAIL
    mechanisms  which of PLAIN and LOGIN are offered
    mail, rcpt, data   answers, used up one by one, the last one for ever; null is the usual answer;
                       "drop" closes the connection without an answer, "hang" never answers
    raw       instead of aiosmtpd: a list of lines to say, one after each line heard (the first is the greeting);
              null says nothing, "drop" closes
    smtputf8  whether SMTPUTF8 is offered
"""

import asyncio
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

WISH = json.loads(sys.argv[1])
# What goes wrong here goes wrong on purpose.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


def tell(what, **more):
    print(json.dumps({"event": what, **more}), flush=True)


class Script:
    """Answers for one command, used up one by one."""

    def __init__(self, answers):
        self.answers = answers or [None]

    async def next(self, server, usual):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "drop":
            server.transport.abort()
            await asyncio.Event().wait()
        if answer == "hang":
            await asyncio.Event().wait()
        return answer or usual


class Handler:
    scripts = {name: Script(WISH.get(name)) for name in ("mail", "rcpt", "data")}

    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = await self.scripts["mail"].next(server, "250 2.1.0 OK")
        if answer.startswith("2"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = await self.scripts["rcpt"].next(server, "250 2.1.5 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = await self.scripts["data"].next(server, "250 2.0.0 OK: queued as 4F3D")
        tell(
            "mail",
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            options=envelope.mail_options,
            content=envelope.original_content.decode("latin-1"),
            answer=answer,
            tls=session.ssl is not None or WISH["tls"] == "tls",
        )
        return answer

    async def handle_RSET(self, server, session, envelope):
        tell("rset")
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        tell("quit")
        return "221 Bye"

    def handle_STARTTLS(self, server, session, envelope):
        tell("tls")
        return True


class Server(SMTP):
    is_known = False

    def connection_made(self, transport):
        super().connection_made(transport)
        # Called once more when STARTTLS has encrypted the connection.
        if not self.is_known:
            tell("connect")
        self.is_known = True


def authenticate(server, session, envelope, mechanism, data):
    right = [data.login.decode(), data.password.decode()] == WISH["login"]
    tell("auth", mechanism=mechanism, right=right)
    return AuthResult(success=right, handled=False)


def server_factory(context):
    login = WISH.get("login")
    excluded = [name for name in ("PLAIN", "LOGIN") if name not in WISH.get("mechanisms", ["PLAIN", "LOGIN"])]
    return Server(
        Handler(),
        hostname="mail.test.example",
        enable_SMTPUTF8=WISH.get("smtputf8", False),
        tls_context=context if WISH["tls"] == "starttls" else None,
        auth_required=login is not None,
        # Under implicit TLS the library cannot see the encryption; the port is private from the first byte.
        auth_require_tls=login is not None and WISH["tls"] == "starttls",
        auth_exclude_mechanism=excluded,
        authenticator=authenticate if login else None,
    )


async def say_raw(reader, writer):
    tell("connect")
    for line in WISH["raw"]:
        if line == "drop":
            writer.close()
            return
        if line is not None:
            writer.write(line.encode())
            await writer.drain()
        heard = await reader.readline()
        tell("heard", line=heard.decode("latin-1").strip())
        if not heard:
            return
    await asyncio.Event().wait()


async def main():
    loop = asyncio.get_running_loop()
    context = None
    if WISH["tls"] != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(WISH["cert"], WISH["key"])
    implicit = context if WISH["tls"] == "tls" else None
    if WISH.get("raw"):
        listener = await asyncio.start_server(say_raw, "127.0.0.1", 0)
    else:
        listener = await loop.create_server(lambda: server_factory(context), "127.0.0.1", 0, ssl=implicit)
    print(json.dumps({"port": listener.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
