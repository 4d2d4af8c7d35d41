"""Telling people what a run found.

message.py         what there is to say, without any form
safe.py            no personal data, no secrets, no control characters; not too long
words.py           the pieces of text every form uses
slack.py, webhook.py, email.py, github_summary.py    a message in the form of each
post.py, smtp.py   carrying it there: HTTPS, mail
tries.py           what is tried again, and why something was not sent
send.py            all recipients, one after the other
"""
