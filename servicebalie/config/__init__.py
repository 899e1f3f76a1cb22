"""The settings of a deployment."""

from servicebalie.config.environment import InvalidSetting, Mode
from servicebalie.config.protection import Protection
from servicebalie.config.settings import Settings

__all__ = ["InvalidSetting", "Mode", "Protection", "Settings"]
