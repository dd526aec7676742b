"""The packages of the wheel: `gateway`, and the hosts' folders under the one name `gateway_functions`."""

from setuptools import find_packages, setup

LAYER = "layers/gateway/python"

setup(
    packages=[
        *find_packages(LAYER, include=["gateway", "gateway.*"]),
        "gateway_functions",
        *(f"gateway_functions.{name}" for name in find_packages("functions")),
    ],
    package_dir={"gateway": f"{LAYER}/gateway", "gateway_functions": "functions"},
    package_data={"": ["*.sql", "assets/*"]},
)
