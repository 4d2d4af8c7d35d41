"""Handing an e-mail to a mail server, over TLS with its certificate checked."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage

from reconcile.notify.tries import TIMEOUT, NotSent
from reconcile.settings import Encryption, MailServer

_TEMPORARY = range(400, 500)
"""Replies with which a server asks to be tried again later (RFC 5321)."""


def hand_over(mail: EmailMessage, server: MailServer) -> None:
    """Raises NotSent, without any words of the server: they may repeat what was sent."""
    try:
        session = _connected(server)
        try:
            _begin(session, server)
            refused = session.send_message(mail)
            _leave(session)
        finally:
            session.close()
    except smtplib.SMTPException as error:
        raise _refused(error) from None
    except ssl.SSLError:
        raise NotSent("the mail server's TLS certificate was not accepted") from None
    except TimeoutError:
        raise NotSent(f"the mail server did not answer within {TIMEOUT:g} seconds") from None
    except OSError as error:
        why = f"the mail server cannot be reached ({type(error).__name__})"
        raise NotSent(why, again=True) from None
    if refused:
        raise NotSent(f"the mail server refused {len(refused)} of the addresses, and took the rest")


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.encryption is Encryption.TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)


def _begin(session: smtplib.SMTP, server: MailServer) -> None:
    if server.encryption is Encryption.STARTTLS:
        session.starttls(context=ssl.create_default_context())
    if server.username:
        session.login(server.username, server.password)


def _leave(session: smtplib.SMTP) -> None:
    """The mail is taken by now; how the server parts changes nothing about that."""
    with suppress(smtplib.SMTPException, OSError):
        session.quit()


def _refused(error: smtplib.SMTPException) -> NotSent:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotSent("the mail server did not accept the user and password")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return NotSent("the mail server offers no encryption (STARTTLS), or no way to log in")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return NotSent("the mail server hung up")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return _with_code(codes[0], again=all(code in _TEMPORARY for code in codes))
    if isinstance(error, smtplib.SMTPResponseException):
        return _with_code(error.smtp_code, again=error.smtp_code in _TEMPORARY)
    return NotSent(f"the mail server did not take it ({type(error).__name__})")


def _with_code(code: int, *, again: bool) -> NotSent:
    return NotSent(f"the mail server refused it with reply {code}", again=again)
