# Makes a picture that is like picture.png and saves it as fox.png.
set -eu
answer=$(curl --silent --show-error --fail-with-body "$CANVASWEB_URL/v1/images/variations" \
  --header "Authorization: Bearer $CANVASWEB_API_KEY" \
  --form image=@picture.png \
  --form size=512x512)
curl --silent --show-error --fail --output fox.png "$(printf '%s' "$answer" | sed 's/.*"url":"\([^"]*\)".*/\1/')"
