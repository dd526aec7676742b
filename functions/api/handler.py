"""The API as a Lambda behind API Gateway (HTTP API or REST API)."""

from gateway.runtime import build_runtime
from gateway.settings import load_settings
from mangum import Mangum

from api.app import build_app

# Built once per instance: a lifespan would run on every invocation.
_runtime = build_runtime(load_settings(), "api", in_lambda=True)
handler = Mangum(build_app(_runtime), lifespan="off")
