"""Every setting of the product; `Settings` is the table, `load_settings` one process's values."""

from gateway.settings.edge import is_host_name
from gateway.settings.load import Settings, load_settings, settings_or_exit, variable_of, wrong_settings

__all__ = ["Settings", "is_host_name", "load_settings", "settings_or_exit", "variable_of", "wrong_settings"]
