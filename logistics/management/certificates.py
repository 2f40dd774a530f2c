"""A self-made certificate, so that telephones on the local network may use their camera here."""

import datetime as dt
import ipaddress
import os
import socket
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from logistics.management.serving import Certificate

# Telephones refuse certificates of more than 398 days.
VALID_DAYS = 397
RENEWED_DAYS_BEFORE = 30
LOOPBACK = "127.0.0.1"


def local_address() -> str:
    """Find the address under which the local network sees this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # No packet is sent: connecting a datagram socket only chooses the way out.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return LOOPBACK
        return str(probe.getsockname()[0])


def kept_certificate(folder: Path, address: str, *, now: dt.datetime) -> Certificate:
    """Return the certificate for an address, making it where none stands that still holds."""
    files = Certificate(folder / "https.crt", folder / "https.key")
    if not _holds(files.certificate, address, now):
        _make(files, address, now)
    return files


def _holds(path: Path, address: str, now: dt.datetime) -> bool:
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    is_for = ipaddress.ip_address(address) in names.get_values_for_type(x509.IPAddress)
    return is_for and certificate.not_valid_after_utc - now > dt.timedelta(days=RENEWED_DAYS_BEFORE)


def _make(files: Certificate, address: str, now: dt.datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nuanliu")])
    addresses = [x509.IPAddress(ipaddress.ip_address(text)) for text in sorted({address, LOOPBACK})]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=VALID_DAYS - 1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), *addresses]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files.key.parent.mkdir(parents=True, exist_ok=True)
    files.key.unlink(missing_ok=True)
    with os.fdopen(os.open(files.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
    files.certificate.write_bytes(certificate.public_bytes(pem))
