"""Examples in the documents: two factor."""

from typing import Any, Final

ENROLMENT: Final[dict[str, Any]] = {
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "uri": "otpauth://totp/Test%20Merchant:test%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=…",
    "qr_code": "data:image/svg+xml;charset=utf-8,…",
}
RECOVERY_CODES: Final[dict[str, Any]] = {"recovery_codes": ["7kq2m-x4w9d", "3hv8c-n0t5r"]}
