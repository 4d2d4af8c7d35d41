"""Proves that what was planned is what was applied and what the target holds now.

run.py          plan, journal and snapshot together; what may be verified at all
read_back.py    every applied change, field by field
untouched.py    every record that no change names
result.py       the findings as plain values
certificate.py  verify.json and certificate.md
"""
