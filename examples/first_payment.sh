#!/usr/bin/env bash
# The whole story in one script: an order, a payment, its signed webhooks verified by independent packages,
# a refund. Needs a running gateway in test mode (`make dev`) and nothing else; run it from the repository.
#
#   examples/first_payment.sh
#
# GATEWAY_API_URL, API_KEY, API_SECRET, WEBHOOK_SECRET and RECEIVER_PORT override what `make dev` seeds.
set -euo pipefail
cd "$(dirname "$0")/.."

API=${GATEWAY_API_URL:-http://localhost:8000}
KEY=${API_KEY:-key_test_abc123}
SECRET=${API_SECRET:-secret_test_xyz789}
WEBHOOK_SECRET=${WEBHOOK_SECRET:-whsec_test_abc123}
PORT=${RECEIVER_PORT:-4242}
PYTHON=${PYTHON:-.venv/bin/python}

received=$(mktemp)
"$PYTHON" examples/receiver.py --port "$PORT" --secret "$WEBHOOK_SECRET" --out "$received" &
receiver=$!
trap 'kill $receiver 2>/dev/null; rm -f "$received"' EXIT
for _ in $(seq 100); do # a webhook that meets a closed port is only tried again after a minute
  curl --silent --output /dev/null "http://localhost:$PORT/" && break
  sleep 0.2
done

api() { # api METHOD PATH [JSON]
  curl --silent --show-error --fail-with-body -X "$1" "$API/api/v1$2" \
    -H "X-Api-Key: $KEY" -H "X-Api-Secret: $SECRET" ${3:+-H 'Content-Type: application/json' -d "$3"}
}
field() { "$PYTHON" -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }
until_is() { # until_is PATH STATUS
  for _ in $(seq 100); do
    [ "$(api GET "$1" | field status)" = "$2" ] && return 0
    sleep 0.2
  done
  echo "$1 did not become $2" >&2
  return 1
}
until_received() { # until_received EVENT ID
  for _ in $(seq 100); do
    grep -q "\"event\": \"$1\".*$2" "$received" && return 0
    sleep 0.2
  done
  echo "no verified $1 for $2" >&2
  return 1
}

echo "1. Tell the gateway where our receiver listens"
api PUT /webhooks/config "{\"webhook_url\": \"http://localhost:$PORT/hook\"}" > /dev/null

echo "2. Create an order of ₹500.00"
order=$(api POST /orders '{"amount": 50000, "currency": "INR", "receipt": "first"}' | field id)
echo "   $order"

echo "3. Pay it by UPI"
payment=$(api POST /payments "{\"order_id\": \"$order\", \"method\": \"upi\", \"vpa\": \"success@bank\"}" | field id)
echo "   $payment"
until_is "/payments/$payment" success
until_is "/orders/$order" paid

echo "4. Wait for its webhooks, verified with standardwebhooks and razorpay"
for event in payment.created payment.pending payment.success; do until_received "$event" "$payment"; done

echo "5. Refund ₹100.00 of it"
refund=$(api POST "/payments/$payment/refunds" '{"amount": 10000, "reason": "one item returned"}' | field id)
echo "   $refund"
until_is "/refunds/$refund" processed
for event in refund.created refund.processed; do until_received "$event" "$refund"; done

echo "Done: paid, told, refunded."
