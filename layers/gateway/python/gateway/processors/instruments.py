"""Banks of net banking and wallets, by the codes that a payment names.

Bank codes are what Razorpay's `GET /v1/methods` and its page "Supported methods" use: the first four letters of
the bank's IFSC (a public list of the Reserve Bank of India), with `_R` where a bank has another one for companies.
Wallet codes are of that page as well. Banks that have been merged into others are left out. A connector whose
processor has codes of its own translates them.
"""

from typing import Final

BANKS: Final[dict[str, str]] = {
    "AIRP": "Airtel Payments Bank",
    "AUBL": "AU Small Finance Bank",
    "UTIB": "Axis Bank",
    "BDBL": "Bandhan Bank",
    "BARB_R": "Bank of Baroda",
    "BKID": "Bank of India",
    "MAHB": "Bank of Maharashtra",
    "CNRB": "Canara Bank",
    "CBIN": "Central Bank of India",
    "CIUB": "City Union Bank",
    "COSB": "Cosmos Co-operative Bank",
    "CSBK": "CSB Bank",
    "DBSS": "DBS Bank",
    "DCBL": "DCB Bank",
    "DEUT": "Deutsche Bank",
    "DLXB": "Dhanlaxmi Bank",
    "ESFB": "Equitas Small Finance Bank",
    "ESAF": "ESAF Small Finance Bank",
    "FDRL": "Federal Bank",
    "HDFC": "HDFC Bank",
    "ICIC": "ICICI Bank",
    "IBKL": "IDBI Bank",
    "IDFB": "IDFC FIRST Bank",
    "IDIB": "Indian Bank",
    "IOBA": "Indian Overseas Bank",
    "INDB": "IndusInd Bank",
    "JAKA": "Jammu and Kashmir Bank",
    "JSBP": "Janata Sahakari Bank",
    "KCCB": "Kalupur Commercial Co-operative Bank",
    "KARB": "Karnataka Bank",
    "KVBL": "Karur Vysya Bank",
    "KKBK": "Kotak Mahindra Bank",
    "MSNU": "Mehsana Urban Co-operative Bank",
    "NKGS": "NKGSB Co-operative Bank",
    "PSIB": "Punjab & Sind Bank",
    "PUNB_R": "Punjab National Bank",
    "RATN": "RBL Bank",
    "SRCB": "Saraswat Co-operative Bank",
    "SIBL": "South Indian Bank",
    "SCBL": "Standard Chartered Bank",
    "SBIN": "State Bank of India",
    "SURY": "Suryoday Small Finance Bank",
    "SVCB": "SVC Co-operative Bank",
    "TMBL": "Tamilnad Mercantile Bank",
    "TJSB": "TJSB Sahakari Bank",
    "UCBA": "UCO Bank",
    "UBIN": "Union Bank of India",
    "YESB": "Yes Bank",
}
"""Name by code, by name."""

POPULAR_BANKS: Final = ("SBIN", "HDFC", "ICIC", "UTIB", "KKBK", "PUNB_R")
"""Those that most shoppers have: shown before any search."""

WALLETS: Final[dict[str, str]] = {
    "airtelmoney": "Airtel Money",
    "amazonpay": "Amazon Pay",
    "freecharge": "Freecharge",
    "jiomoney": "JioMoney",
    "mobikwik": "MobiKwik",
    "olamoney": "Ola Money",
    "payzapp": "PayZapp",
    "paytm": "Paytm",
    "phonepe": "PhonePe",
}
"""Name by code, by name."""

CHOSEN_BY: Final[dict[str, str]] = {"netbanking": "bank", "wallet": "wallet"}
"""What a payment of this method is asked for besides: a field of `POST /payments`, and of its answer."""
