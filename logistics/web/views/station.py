"""Pages that work without a network: scans, visits. They know nobody; the device's key opens what it may see."""

import json
import re
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from logistics.web.middleware import POLICY
from logistics.web.station_files import BACKGROUND, WORKER, StationFile, shell_names, station_files, station_version

# The decoder is compiled from its own bytes; a text is never run as a program.
STATION_POLICY = f"{POLICY}; script-src 'self' 'wasm-unsafe-eval'"
YEAR_SECONDS = 31_536_000
_FRESH = "no-cache"


@dataclass(frozen=True)
class Shell:
    """A page that works without a network: where it stands, its module, and what its browser calls what it keeps."""

    address: str
    manifest: str
    module: str
    cache: str
    zh: str
    en: str
    has_plain_way: bool = False

    @property
    def scope(self) -> str:
        """Return the folder that the page's service worker answers for."""
        return reverse(self.address)


SCAN = Shell(
    "web:scan", "web:station-manifest", "main.js", "nuanliu-scan", "暖流扫码", "Nuanliu Scan", has_plain_way=True
)
VISITS = Shell("web:visits", "web:visits-manifest", "visits.js", "nuanliu-visits", "暖流走访", "Nuanliu Visits")


@require_safe
def station(request: HttpRequest, shell: Shell = SCAN) -> HttpResponse:
    """Send a shell, the same for everybody."""
    context = {
        "version": station_version(),
        "mark": settings.CODE_MARK,
        "host": settings.CODE_HOST.lower(),
        "scope": shell.scope,
        "module": shell.module,
        "manifest": reverse(shell.manifest),
        "title": f"{shell.zh} · {shell.en}",
        "has_plain_way": shell.has_plain_way,
    }
    return _guarded(render(request, "web/station.html", context))


@require_safe
def station_file(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """Send one file of this version; it never changes."""
    file = station_files().get(name)
    if file is None or version != station_version():
        raise Http404
    answer = _sent(request, file)
    answer.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return answer


@require_safe
def worker(request: HttpRequest, shell: Shell = SCAN) -> HttpResponse:
    """Send the service worker with the names of the files that it keeps: a new version is a new worker.

    With `?module` for browsers whose service workers load modules: theirs also sends the outbox in the background.
    """
    names = [reverse("web:station-file", args=[station_version(), name]) for name in shell_names()]
    kept = {"name": shell.cache, "version": station_version(), "shell": shell.scope, "files": names}
    file = station_files()[WORKER]
    plain = f"const KEPT = {json.dumps(kept)};\n".encode() + file.plain
    if "module" in request.GET:
        plain += f'import "{reverse("web:station-file", args=[station_version(), BACKGROUND])}";\n'.encode()
    return _sent(request, StationFile(file.kind, plain, None))


@require_safe
def manifest(request: HttpRequest, shell: Shell = SCAN) -> HttpResponse:
    """Say how the page is installed."""
    icons = {"icon.svg": "any", "icon-192.png": "192x192", "icon-512.png": "512x512"}
    answer = JsonResponse(
        {
            "id": shell.scope,
            "name": f"{shell.zh} {shell.en}",
            "short_name": shell.zh,
            "lang": "zh-Hans",
            "start_url": shell.scope,
            "scope": shell.scope,
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#fffaf5",
            "theme_color": "#fffaf5",
            "icons": [
                {"src": reverse("web:station-file", args=[station_version(), name]), "sizes": sizes, "purpose": purpose}
                for name, sizes in icons.items()
                for purpose in ("any", "maskable")
            ],
        },
        content_type="application/manifest+json",
    )
    return _guarded(answer)


def _sent(request: HttpRequest, file: StationFile) -> HttpResponse:
    encoding, body = _packed(file, request.headers.get("Accept-Encoding", ""))
    answer = HttpResponse(body, content_type=file.kind)
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    patch_vary_headers(answer, ["Accept-Encoding"])
    return _guarded(answer)


def _packed(file: StationFile, accepted: str) -> tuple[str, bytes]:
    """Choose the smallest form that the browser takes; browsers take Brotli where the page is secure."""
    names = {part.split(";")[0].strip() for part in accepted.split(",") if not re.search(r";\s*q=0(\.0*)?\s*$", part)}
    for name, body in (("br", file.brotli), ("gzip", file.packed)):
        if name in names and body is not None:
            return name, body
    return "", file.plain


def _guarded(answer: HttpResponse) -> HttpResponse:
    answer.headers["Content-Security-Policy"] = STATION_POLICY
    answer.headers["Cache-Control"] = _FRESH
    return answer
