# Paints a hat where mask.png is transparent, and saves the picture as fox.png. Both files have the same size. Needs nothing but Python.
import base64, json, os, urllib.request

def data_url(name):
    with open(name, "rb") as file:
        return "data:image/png;base64," + base64.b64encode(file.read()).decode()

request = urllib.request.Request(
    os.environ["CANVASWEB_URL"] + "/v1/images/edits",
    data=json.dumps({
        "image": data_url("picture.png"),
        "mask": data_url("mask.png"),
        "prompt": "a fox with a red hat",
        "size": "512x512",
        "response_format": "b64_json",
    }).encode(),
    headers={"Authorization": "Bearer " + os.environ["CANVASWEB_API_KEY"], "Content-Type": "application/json"},
)
with urllib.request.urlopen(request) as answer:
    picture = json.load(answer)["data"][0]
with open("fox.png", "wb") as file:
    file.write(base64.b64decode(picture["b64_json"]))
