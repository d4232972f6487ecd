"""Static files under names that change with their content, our own scripts' imports included.

Without the latter a page would load a script twice: under its hashed name from the page, and
under its plain one from a module that imports it, each with a state of its own.
"""

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORTS = (
    "web/js/*.js",
    ((r"""(?P<matched>from\s*["'](?P<url>\./[^"']+)["']\s*;)""", 'from "%(url)s";'),),
)


class HashedModules(CompressedManifestStaticFilesStorage):
    """Follows what our modules import, as it does the addresses in style sheets.

    Django's own switch for this also reads the scripts of others, and stumbles over words
    in their comments.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, IMPORTS)
