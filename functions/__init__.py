"""The hosts: a folder per function, run by Lambda, a container or `python -m gateway_functions NAME`.

In the repository, in the image and on Lambda this folder itself is on the path, and `api`, `worker`, `webhooks`,
`sweep` and `migrate` are packages of their own. An installed wheel carries them under one name, so that nobody's
site-packages gets packages with names as common as these.
"""
