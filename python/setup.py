"""What pyproject.toml cannot say: the wheel holds a library for one platform, and serves every Python 3."""

import os

from setuptools import Distribution, setup
from wheel.bdist_wheel import bdist_wheel


class PlatformWheel(bdist_wheel):
    """A wheel for every Python 3 on the platform that eng/wheel.sh has measured."""

    def get_tag(self):
        return "py3", "none", os.environ["FANWISE_PLATFORM_TAG"]


class PlatformDistribution(Distribution):
    """Installed where libraries are: it is not the same on every platform."""

    def has_ext_modules(self):
        return True


setup(cmdclass={"bdist_wheel": PlatformWheel}, distclass=PlatformDistribution)
