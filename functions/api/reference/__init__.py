"""What people read: the API reference, the error codes and the settings, all made from the code.

`python -m api.reference` writes `docs/errors.md` and `docs/settings.md` anew; the API serves `/docs` and
`/docs/errors`.
"""
