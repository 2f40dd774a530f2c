#!/bin/sh
# A gift by curl, over a network that loses things: sh foundation.sh https://HOST KEY REFERENCE FEN
# The same Idempotency-Key each time: whatever was lost on the way, the gift counts once.
set -eu
address=$1 key=$2 reference=$3 fen=$4
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

body=$(printf '{"programme": "spring-bud", "fund": "girls-2026", "donor": {"name": "示例基金会", "kind": "ORGANISATION"},
  "money": {"amount": %s, "currency": "CNY"}, "received_at": "2026-01-12T10:00:00+08:00", "channel": "BANK",
  "reference": "%s"}' "$fen" "$reference")

try=0
while [ $try -lt 40 ]; do
  # No answer, or half of one, is status 000: what became of the gift, only the next try will tell.
  status=$(curl --silent --max-time 60 --output "$answer" --write-out '%{http_code}' \
    -H "Authorization: Bearer $key" -H "Content-Type: application/json" -H "Idempotency-Key: $reference" \
    --data "$body" "$address/api/v1/donations/money") || status=000
  case $status in
    2??) cat "$answer"; exit 0 ;;
    409) grep -q idempotency_key_in_use "$answer" || { cat "$answer" >&2; exit 1; } ;;
    000 | 429 | 5??) ;;
    *) cat "$answer" >&2; exit 1 ;;
  esac
  try=$((try + 1))
  sleep $((try < 5 ? 1 : 10))
done
echo "no answer in $try tries" >&2
exit 1
