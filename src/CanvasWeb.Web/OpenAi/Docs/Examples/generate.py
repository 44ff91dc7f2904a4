# Makes a picture and saves it as fox.png. Needs nothing but Python.
import base64, json, os, urllib.request

request = urllib.request.Request(
    os.environ["CANVASWEB_URL"] + "/v1/images/generations",
    data=json.dumps({"prompt": "a fox in the snow", "size": "512x512", "response_format": "b64_json"}).encode(),
    headers={"Authorization": "Bearer " + os.environ["CANVASWEB_API_KEY"], "Content-Type": "application/json"},
)
with urllib.request.urlopen(request) as answer:
    picture = json.load(answer)["data"][0]
with open("fox.png", "wb") as file:
    file.write(base64.b64decode(picture["b64_json"]))
