"""What a content stream does: operators that do not exist, colours that it paints with, fonts that it shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rempart.formats.pdf.pdfa.clauses import number

_PATHS = "b B b* B* c f F f* h l m n re s S v W W* y".split()  # noqa: SIM905 - a list of words reads better
_TEXT = "BT ET Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz T* ' \"".split()  # noqa: SIM905 - a list of words reads better
_STATE = "cm CS cs d G g gs i j J K k M q Q RG rg ri SC sc SCN scn w".split()  # noqa: SIM905 - a list of words reads better
_OTHERS = "BDC BI BMC BX d0 d1 Do DP EI EMC EX ID MP sh".split()  # noqa: SIM905 - a list of words reads better
_OPERATORS = frozenset((*_PATHS, *_TEXT, *_STATE, *_OTHERS, "INLINE"))  # INLINE: BI…EI, as the library reads them
_FILLS = frozenset("f F f* B B* b b* Tj TJ ' \" sh INLINE".split())  # noqa: SIM905
_STROKES = frozenset(["S", "s", "B", "B*", "b", "b*"])
_SHOWS = frozenset(["Tj", "TJ", "'", '"'])
_COLOURS = {"g": "DeviceGray", "rg": "DeviceRGB", "k": "DeviceCMYK", "G": "DeviceGray", "RG": "DeviceRGB",
            "K": "DeviceCMYK"}  # fmt: skip
_INTENTS = {"RelativeColorimetric", "AbsoluteColorimetric", "Perceptual", "Saturation"}
_DEEPEST = 28  # q inside one another
_INVISIBLE = 3  # text rendering mode
State = tuple[str, str, int, str]  # fill, stroke, text rendering mode, font


class Painting:
    """`spaces`: families or resource names painted with. `fonts`: shown ones, and whether something of them is visible.

    `inherits`: a form or a glyph starts with the colours of who draws it, which are not judged there.
    """

    def __init__(self, instructions: Iterable[Any], *, inherits: bool) -> None:
        self.spaces: set[str] = set()
        self.fonts: dict[str, bool] = {}
        self.images: list[Any] = []
        self.breaches: list[tuple[str, str]] = []
        first = "" if inherits else "DeviceGray"
        self._fill, self._stroke, self._mode, self._font = first, first, 0, ""
        self._saved: list[State] = []
        for instruction in instructions:
            self._run(str(instruction.operator), instruction)

    def _run(self, operator: str, instruction: Any) -> None:
        operands = instruction.operands
        if operator == "INLINE IMAGE":
            operator = "INLINE"
            self.images.append(instruction.iimage.obj)
        if operator not in _OPERATORS:
            self._say("6.2.10", f"l'opérateur {operator[:20]} n'existe pas")
        elif operator == "q":
            self._saved.append((self._fill, self._stroke, self._mode, self._font))
            if len(self._saved) == _DEEPEST + 1:
                self._say("6.1.12", f"plus de {_DEEPEST} états graphiques sont empilés (q)")
        elif operator == "Q" and self._saved:
            self._fill, self._stroke, self._mode, self._font = self._saved.pop()
        elif operator in _COLOURS:
            self._set(_COLOURS[operator], stroke=operator.isupper())
        elif operator in ("cs", "CS") and len(operands):
            self._set(str(operands[0])[1:], stroke=operator == "CS")
        elif operator == "Tr" and len(operands):
            self._mode = int(number(operands[0]) or 0)
        elif operator == "Tf" and len(operands):
            self._font = str(operands[0])[1:]
        elif operator == "ri" and len(operands) and str(operands[0])[1:] not in _INTENTS:
            self._say("6.2.9", f"l'intention de rendu {str(operands[0])[1:]} n'existe pas")
        self._paint(operator)

    def _set(self, space: str, *, stroke: bool) -> None:
        if stroke:
            self._stroke = space
        else:
            self._fill = space

    def _paint(self, operator: str) -> None:
        shows = operator in _SHOWS
        if shows and self._font:
            visible = self._mode != _INVISIBLE
            self.fonts[self._font] = self.fonts.get(self._font, False) or visible
        if shows and self._mode == _INVISIBLE:
            return
        if operator in _FILLS and self._fill:
            self.spaces.add(self._fill)
        if (operator in _STROKES or (shows and self._mode in (1, 2, 5, 6))) and self._stroke:
            self.spaces.add(self._stroke)

    def _say(self, clause: str, message: str) -> None:
        if (clause, message) not in self.breaches:
            self.breaches.append((clause, message))
