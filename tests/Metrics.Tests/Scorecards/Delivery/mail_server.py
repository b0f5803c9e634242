"""A real mail server for the tests (aiosmtpd), and an independent reader of what it has received (Python's email package).

serve:  keeps each letter that it takes as FOLDER/NNNN.eml beside FOLDER/NNNN.json, and prints "listening PORT". What it does with a
        letter, the recipient's name says: up to the first "-" or "@".
parse:  prints one letter as JSON.
"""
import argparse, asyncio, base64, email, email.policy, hashlib, json, os, ssl, sys


class Handler:
    def __init__(self, folder):
        self.folder, self.count, self.seen = folder, 0, set()

    def keep(self, session, envelope):
        self.count += 1
        path = os.path.join(self.folder, f"{os.getpid()}-{self.count:04}")
        with open(path + ".eml", "wb") as file:
            file.write(envelope.original_content)
        facts = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None, "user": session.auth_data}
        with open(path + ".tmp", "w") as file:
            json.dump(facts, file)
        os.rename(path + ".tmp", path + ".json")

    async def handle_RCPT(self, server, session, envelope, address, options):
        how = address.split("@")[0].split("-")[0]
        if how == "defer":
            return "451 4.2.1 Come back later"
        if how == "once" and address not in self.seen:
            self.seen.add(address)
            return "450 4.7.1 Greylisted"
        if how == "refuse":
            return "550 5.1.1 No such user"
        if how == "dropearly":
            server.transport.abort()
            return "250 never heard"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        how = envelope.rcpt_tos[0].split("@")[0].split("-")[0]
        if how == "deferdata":
            return "452 4.3.1 Full"
        if how == "refusedata":
            return "554 5.7.1 Not wanted"
        if how == "hang":
            await asyncio.sleep(3600)
        if how == "slow":
            await asyncio.sleep(0.4)
        self.keep(session, envelope)
        if how == "dropkept":
            server.transport.abort()
        return "250 2.0.0 Taken"


async def serve(options):
    from aiosmtpd.smtp import SMTP, AuthResult

    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)

    def authenticate(server, session, envelope, mechanism, data):
        user, password = data.login.decode(), data.password.decode()
        return AuthResult(success=f"{user}:{password}" == options.account, handled=False, auth_data=f"{mechanism} {user}")

    handler = Handler(options.folder)
    implicit = context if options.implicit else None
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(
            handler, hostname="mail.test", enable_SMTPUTF8=False,
            tls_context=None if options.implicit else context, require_starttls=bool(context) and not options.implicit,
            authenticator=authenticate, auth_required=bool(options.account), auth_require_tls=not options.implicit,
            auth_exclude_mechanism=[options.without] if options.without else []),
        "127.0.0.1", options.port, ssl=implicit)
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def parse(path):
    with open(path, "rb") as file:
        raw = file.read()
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    parts = []
    for part in letter.walk():
        content = None if part.is_multipart() else part.get_payload(decode=True)
        parts.append({
            "type": part.get_content_type(), "file": part.get_filename(), "disposition": part.get_content_disposition(),
            "defects": [str(d) for d in part.defects],
            "text": part.get_content() if part.get_content_maintype() == "text" else None,
            "sha256": None if content is None else hashlib.sha256(content).hexdigest()})
    json.dump({
        "headers": [[name, str(value)] for name, value in letter.items()],
        "defects": [str(d) for value in letter.values() for d in getattr(value, "defects", [])],
        "to": [[a.display_name, a.addr_spec] for a in letter["to"].addresses] if letter["to"] else [],
        "longest": max(len(line) for line in raw.split(b"\r\n")), "bare": raw.replace(b"\r\n", b"").count(b"\n"),
        "ascii": raw.isascii(), "parts": parts}, sys.stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["serve", "parse"])
    parser.add_argument("folder")
    for name in ["--certificate", "--key", "--account", "--without"]:
        parser.add_argument(name)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--implicit", action="store_true")
    given = parser.parse_args()
    if given.what == "parse":
        parse(given.folder)
    else:
        asyncio.run(serve(given))
