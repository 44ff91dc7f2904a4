# Makes a picture, shows its events as they come (tee), and saves the last picture as fox.png.
set -eu
curl --silent --show-error --fail-with-body --no-buffer "$CANVASWEB_URL/v1/images/generations" \
  --header "Authorization: Bearer $CANVASWEB_API_KEY" \
  --header "Content-Type: application/json" \
  --data '{"prompt": "a fox in the snow", "size": "512x512", "stream": true, "partial_images": 2}' \
  | tee events.txt | grep --line-buffered '^event: ' || true
grep -q '^event: image_generation.completed' events.txt || { cat events.txt >&2; exit 1; }
sed -n 's/^data: .*"image_generation.completed".*"b64_json":"\([^"]*\)".*/\1/p' events.txt | base64 -d > fox.png
