"""The settings of a deployment."""

from servicebalie.config.environment import InvalidSetting, Mode, mode_of
from servicebalie.config.protection import Protection
from servicebalie.config.settings import Settings

__all__ = ["InvalidSetting", "Mode", "Protection", "Settings", "mode_of"]
