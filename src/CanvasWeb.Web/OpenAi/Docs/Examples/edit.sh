# Paints a hat where mask.png is transparent, and saves the picture as fox.png. Both files have the same size.
set -eu
answer=$(curl --silent --show-error --fail-with-body "$CANVASWEB_URL/v1/images/edits" \
  --header "Authorization: Bearer $CANVASWEB_API_KEY" \
  --form image=@picture.png \
  --form mask=@mask.png \
  --form prompt="a fox with a red hat" \
  --form size=512x512)
curl --silent --show-error --fail --output fox.png "$(printf '%s' "$answer" | sed 's/.*"url":"\([^"]*\)".*/\1/')"
