"""template.yaml as CloudFormation reads it, short forms as `{"Name": value}`."""

from typing import Any

import yaml

from tests.deploy.tools import ROOT


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {suffix: value}


_Loader.add_multi_constructor("!", _short_form)


def read_template(path: str = "template.yaml") -> dict[str, Any]:
    """A template of this repository."""
    content: dict[str, Any] = yaml.load((ROOT / path).read_text(), _Loader)
    return content
