"""Settings every test shares. Being here also puts this folder on the import path."""

from hypothesis import settings

settings.register_profile("reconcile", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("reconcile")
