// Makes a picture and saves it as fox.png. Needs nothing but .NET 10.
using System.Text;
using System.Text.Json.Nodes;

using var http = new HttpClient { BaseAddress = new(Environment.GetEnvironmentVariable("CANVASWEB_URL")!), Timeout = TimeSpan.FromMinutes(10) };
http.DefaultRequestHeaders.Authorization = new("Bearer", Environment.GetEnvironmentVariable("CANVASWEB_API_KEY"));

using var request = new StringContent("""{"prompt": "a fox in the snow", "size": "512x512"}""", Encoding.UTF8, "application/json");
using var answer = await http.PostAsync("/v1/images/generations", request);
var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
if (!answer.IsSuccessStatusCode)
    throw new HttpRequestException((string?)body["error"]!["message"]);
await File.WriteAllBytesAsync("fox.png", await http.GetByteArrayAsync((string)body["data"]![0]!["url"]!));
