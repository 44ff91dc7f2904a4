# Makes a picture and saves it as fox.png.
set -eu
answer=$(curl --silent --show-error --fail-with-body "$CANVASWEB_URL/v1/images/generations" \
  --header "Authorization: Bearer $CANVASWEB_API_KEY" \
  --header "Content-Type: application/json" \
  --data '{"prompt": "a fox in the snow", "size": "512x512"}')
curl --silent --show-error --fail --output fox.png "$(printf '%s' "$answer" | sed 's/.*"url":"\([^"]*\)".*/\1/')"
