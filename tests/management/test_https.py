"""`up --https`: a telephone on the local network gets the page by TLS, and can take the certificate to trust it."""

import datetime as dt
import http.cookiejar
import socket
import ssl
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import zxingcpp
from cryptography import x509
from django.conf import settings
from PIL import Image

from logistics.management import certificates
from logistics.management.certificates import VALID_DAYS, kept_certificate
from logistics.management.commands import up

# Ours on every Linux, and not the address that a certificate holds anyway.
ADDRESS = "127.0.0.2"
NOW = dt.datetime(2026, 1, 12, 2, 0, tzinfo=dt.UTC)


def _spare_port() -> int:
    with socket.socket() as spare:
        spare.bind((ADDRESS, 0))
        return int(spare.getsockname()[1])


def _read_terminal(text: str) -> str:
    """Read the QR that was printed in half blocks, dark where the terminal is not lit."""
    lines = [line for line in text.splitlines() if line and set(line) <= set("█▀▄ \xa0")]
    width = max(map(len, lines))
    image = Image.new("L", (width * 6, len(lines) * 12), 255)
    for y, line in enumerate(lines):
        for x, sign in enumerate(line):
            for half, lit in ((0, sign in "█▀"), (1, sign in "█▄")):
                image.paste(0 if lit else 255, (x * 6, y * 12 + half * 6, x * 6 + 6, y * 12 + half * 6 + 6))
    padded = Image.new("L", (image.width + 80, image.height + 80), 255)
    padded.paste(image, (40, 40))
    return str(zxingcpp.read_barcodes(padded)[0].text)


def test_a_telephone_gets_the_page_by_tls(
    committed_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(certificates, "local_address", lambda: ADDRESS)
    monkeypatch.setattr(settings, "KEYS_DIR", tmp_path)
    monkeypatch.setenv("DATABASE_URL", committed_database)
    port, is_over, is_ready = _spare_port(), threading.Event(), threading.Event()
    command = up.Command()
    greet = command._greet
    monkeypatch.setattr(command, "_greet", lambda *args, **more: (greet(*args, **more), is_ready.set()))
    server = threading.Thread(target=command._serve, args=("0.0.0.0", port, is_over), kwargs={"is_https": True})
    server.start()
    try:
        assert is_ready.wait(60)
        url = f"https://{ADDRESS}:{port}/"
        trusting = ssl.create_default_context(cafile=str(tmp_path / "https.crt"))
        cookies = http.cookiejar.CookieJar()
        phone = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=trusting), urllib.request.HTTPCookieProcessor(cookies)
        )
        page = phone.open(f"{url}sign-in", timeout=10).read().decode()
        assert "暖流" in page
        assert [cookie.secure for cookie in cookies] == [True]
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(url, timeout=10)
        with pytest.raises((urllib.error.URLError, ConnectionError)):
            urllib.request.urlopen(url.replace("https", "http"), timeout=10)
        assert _read_terminal(capsys.readouterr().out) == url
    finally:
        is_over.set()
        server.join(30)
    assert not server.is_alive()


def test_a_certificate_is_kept_while_it_holds(tmp_path: Path) -> None:
    first = kept_certificate(tmp_path, ADDRESS, now=NOW).certificate.read_bytes()
    assert kept_certificate(tmp_path, ADDRESS, now=NOW).certificate.read_bytes() == first
    other = kept_certificate(tmp_path, "127.0.0.3", now=NOW).certificate.read_bytes()
    assert other != first, "another address on the network needs another"
    later = NOW + dt.timedelta(days=VALID_DAYS - 20)
    assert kept_certificate(tmp_path, "127.0.0.3", now=later).certificate.read_bytes() != other


def test_telephones_accept_its_form(tmp_path: Path) -> None:
    files = kept_certificate(tmp_path, ADDRESS, now=NOW)
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= dt.timedelta(days=398)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name) for name in names.get_values_for_type(x509.IPAddress)} == {ADDRESS, "127.0.0.1"}
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is True
    assert files.key.stat().st_mode & 0o077 == 0


def test_the_certificate_can_be_taken_to_be_trusted(
    client,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,  # type: ignore[no-untyped-def] -- Django's client
) -> None:
    monkeypatch.setattr(settings, "KEYS_DIR", tmp_path)
    assert client.get("/certificate.crt").status_code == 404
    files = kept_certificate(tmp_path, ADDRESS, now=NOW)
    answer = client.get("/certificate.crt")
    assert (answer.content, answer.headers["Content-Type"]) == (
        files.certificate.read_bytes(),
        "application/x-x509-ca-cert",
    )
    assert b"PRIVATE" not in answer.content
