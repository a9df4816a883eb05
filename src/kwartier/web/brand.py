"""Whose pages they are: name, logo and colour, readable whatever colour it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kwartier.errors import ConfigurationError
from kwartier.web.settings import WebSettings

STYLE_SHEET: Final = "brand.css"
_LEGIBLE: Final = 4.5
_Rgb = tuple[float, float, float]
_WHITE: Final[_Rgb] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """``files`` are what pages load of it, by name: its style sheet, and the file ``logo``."""

    name: str
    logo: str | None
    files: dict[str, bytes]


def brand_of(settings: WebSettings) -> Brand:
    """The provider's; ConfigurationError when its logo cannot be read."""
    files = {STYLE_SHEET: style_sheet(settings.colour).encode()}
    if settings.logo is None:
        return Brand(name=settings.name, logo=None, files=files)
    logo = "logo" + settings.logo.suffix.lower()
    try:
        files[logo] = settings.logo.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"web.logo: {settings.logo} cannot be read ({error.strerror}); name a file that can"
        ) from error
    return Brand(name=settings.name, logo=logo, files=files)


def style_sheet(colour: str) -> str:
    """Variables for buttons and links of a ``colour`` such as ``#0b5fa5``: darkened until it can be
    read on white, and white on it (WCAG 2.2, 1.4.3).
    """
    rgb = _read(colour)
    while contrast(rgb, _WHITE) < _LEGIBLE:
        rgb = _darker(rgb, 0.95)
    told, hover = _write(rgb), _write(_darker(rgb, 0.8))
    return (
        ":root, :root:not([data-theme=dark]), [data-theme=light] {\n"
        f"  --pico-primary: {told};\n"
        f"  --pico-primary-background: {told};\n"
        f"  --pico-primary-border: {told};\n"
        f"  --pico-primary-underline: {told}80;\n"
        f"  --pico-primary-hover: {hover};\n"
        f"  --pico-primary-hover-background: {hover};\n"
        f"  --pico-primary-hover-border: {hover};\n"
        f"  --pico-primary-hover-underline: {hover};\n"
        f"  --pico-primary-focus: {told}80;\n"
        "  --pico-primary-inverse: #ffffff;\n"
        "}\n"
    )


def contrast(one: _Rgb, other: _Rgb) -> float:
    """The ratio of two colours' luminances, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: _Rgb) -> float:
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _darker(colour: _Rgb, factor: float) -> _Rgb:
    red, green, blue = colour
    return red * factor, green * factor, blue * factor


def _read(colour: str) -> _Rgb:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red / 255, green / 255, blue / 255


def _write(colour: _Rgb) -> str:
    return "#" + bytes(int(one * 255) for one in colour).hex()
