"""Start-up checks of the kit."""

from __future__ import annotations

from django.core.checks import CheckMessage, Warning

from linli.ui.assets import FOLDER


def front_end_built(**_kwargs: object) -> list[CheckMessage]:
    """W001: the pages have no styles and scripts yet."""
    if (FOLDER / "assets.json").exists():
        return []
    hint = "npm ci && npm run build in frontend/ (make run does it)."
    return [Warning("The front end is not built: pages come without styles and scripts.", hint=hint, id="ui.W001")]
