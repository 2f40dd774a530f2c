"""Noise that the dice decide: Pillow's own is thrown by the C library, which is told here where to begin."""

import ctypes
import random

from PIL import Image

_C = ctypes.CDLL(None)


def grain(size: tuple[int, int], strength: float, dice: random.Random) -> Image.Image:
    """Make grey noise around 128, the same for the same dice: a photo that failed can be made again."""
    _C.srand(dice.getrandbits(31))
    return Image.effect_noise(size, strength)
