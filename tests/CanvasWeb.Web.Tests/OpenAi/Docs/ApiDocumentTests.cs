using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using CanvasWeb.Web.Generation.Models;
using CanvasWeb.Web.OpenAi;
using CanvasWeb.Web.OpenAi.Answers;
using CanvasWeb.Web.OpenAi.Docs;
using CanvasWeb.Web.OpenAi.Requests;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Authorization;

namespace CanvasWeb.Web.Tests.OpenAi.Docs;

/// <summary>The description of the API is true: each route, parameter, bound, field and error in it is held against the code that answers.</summary>
public sealed partial class ApiDocumentTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_has_every_route_under_v1_with_the_scope_that_the_route_asks_for_and_no_other()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        var document = await DocumentAsync(site);
        var described = document["paths"]!.AsObject().SelectMany(static path => path.Value!.AsObject().Select(operation =>
            $"{operation.Key.ToUpperInvariant()} {path.Key} {operation.Value!["security"]!.AsArray().FirstOrDefault()?["key"]?[0]}".TrimEnd()));
        var routes = site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.RoutePattern.RawText?.StartsWith("/v1", StringComparison.Ordinal) == true)
            .SelectMany(static endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method =>
                $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')} {endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy}".TrimEnd()));
        Assert.Equal(routes.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Its_parameters_are_those_that_are_read_and_its_bounds_those_that_hold()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        await site.Services.GetRequiredService<ModelRegistry>().AnnounceAsync([GenerationLab.Description], Token);
        var requests = site.Services.GetRequiredService<ImageRequests>();
        var reference = site.Services.GetRequiredService<ApiReference>();
        var problems = new List<string>();
        foreach (var (task, id) in new[] { (ImageTask.Generation, "createImage"), (ImageTask.Edit, "createImageEdit"), (ImageTask.Variation, "createImageVariation") })
        {
            var operation = reference.Operations.Single(operation => operation.Id == id);
            var parameters = operation.Body.Where(static parameter => parameter.Type != "file").ToList();

            // 1. The names: what the code looks for in a request.
            var looked = new Looked([]);
            requests.Read(task, new(looked, []));
            problems.AddRange(looked.Names.Except(parameters.Select(static parameter => parameter.Name)).Select(name => $"{id} reads {name}, which is not described."));
            problems.AddRange(parameters.Select(static parameter => parameter.Name).Except(looked.Names).Select(name => $"{id} does not read {name}."));

            // 2. The values: the code complains of this parameter exactly where the description does.
            foreach (var parameter in parameters)
            {
                // Variations are not streamed, so there is nothing to send in between.
                var isNever = task == ImageTask.Variation && parameter.Name == "partial_images";
                foreach (var value in Good(parameter).Where(value => !isNever || value == "0"))
                    problems.AddRange(Complains(task, parameter.Name, value) ? [$"{id} does not take {parameter.Name}={value}."] : []);
                foreach (var value in Bad(parameter))
                    problems.AddRange(Complains(task, parameter.Name, value) ? [] : [$"{id} takes {parameter.Name}={value}."]);
                if (parameter.IsRequired && requests.Read(task, new(new Looked([]), [])).Error?.Param != parameter.Name)
                    problems.Add($"{id} does not miss {parameter.Name}.");
            }
        }

        Assert.Empty(problems);

        bool Complains(ImageTask task, string name, string value)
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            if (task != ImageTask.Variation)
                values["prompt"] = "a fox";
            if (name == "partial_images")
                values["stream"] = task == ImageTask.Variation ? "false" : "true";
            if (name == "output_compression")
                values["output_format"] = "webp";
            values[name] = value;
            return requests.Read(task, new(new Looked(values), [])).Error?.Param == name;
        }
    }

    [Fact]
    public void Its_errors_are_those_that_the_code_writes()
    {
        var folder = Path.Combine(SiteProcess.Repository().FullName, "src", "CanvasWeb.Web", "OpenAi");
        var written = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Contains(Path.DirectorySeparatorChar + "Docs" + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .SelectMany(static file => WrittenCode().Matches(File.ReadAllText(file)).Select(static match => match.Groups["code"].Value))
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(written.Count > 20, "The pattern of this test finds no codes any more.");
        var described = ApiReference.Problems.Select(static problem => problem.Code).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(written.Except(described));
        // Written as the code of a status, or as what is left where a job gave no code of its own.
        Assert.Empty(described.Except(written).Except(["failed"]));
    }

    [Fact]
    public async Task Errors_have_the_status_type_and_form_that_it_says()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server, ("OpenAi:RequestsPerMinute", "1000"));
        await using var worker = await PaintingWorker.ConnectAsync(site);
        var document = await DocumentAsync(site);
        using var program = site.Program((await site.AddKeyAsync()).Secret);
        using var stranger = site.Program("cw_" + new string('A', 43));
        using var reader = site.Program((await site.AddKeyAsync("images:read")).Secret);
        var asked = new (HttpClient Client, string Method, string Path, HttpContent? Body, int Status, string Code)[]
        {
            (stranger, "GET", "/v1/models", null, 401, "invalid_api_key"),
            (reader, "POST", "/v1/images/generations", Json("{}"), 403, "insufficient_permissions"),
            (program, "GET", "/v1/models/no-such-model", null, 404, "model_not_found"),
            (program, "GET", "/v1/images/files/nothing.png", null, 404, "unknown_url"),
            (program, "POST", "/v1/models", Json("{}"), 405, "method_not_supported"),
            (program, "POST", "/v1/images/generations", new StringContent("a fox"), 415, "unsupported_media_type"),
            (program, "POST", "/v1/images/generations", Json("{"), 400, "invalid_json"),
            (program, "POST", "/v1/images/generations", Json("{}"), 400, "missing_required_parameter"),
            (program, "POST", "/v1/images/generations", Json("""{"prompt":"a fox","sise":"1"}"""), 400, "unknown_parameter"),
            (program, "POST", "/v1/images/generations", Json("""{"prompt":"a fox","size":"7x7"}"""), 400, "invalid_size"),
            (program, "POST", "/v1/images/generations", Json("""{"prompt":"a fox","model":"none"}"""), 404, "model_not_found"),
            (program, "POST", "/v1/images/edits", Json("""{"prompt":"a fox","image":"https://example.org/a.png"}"""), 400, "url_not_fetched"),
            (program, "POST", "/v1/images/variations", Json("""{"image":"data:image/png;base64,AAAA"}"""), 415, "unsupported_image"),
        };
        foreach (var (client, method, path, body, status, code) in asked)
        {
            using var request = new HttpRequestMessage(new(method), path) { Content = body };
            using var answer = await client.SendAsync(request, Token);
            var error = (await answer.Content.ReadFromJsonAsync<JsonObject>(Token))!["error"]!.AsObject();
            var said = $"{method} {path}: {(int)answer.StatusCode} {error["code"]}";
            Assert.Equal($"{method} {path}: {status} {code}", said);
            Assert.Contains(ApiReference.Problems, problem => problem.Status == status && problem.Code == code && problem.Type == (string?)error["type"]);
            Assert.Equal(Properties(document, "Error", "error"), error.Select(static property => property.Key).ToHashSet(StringComparer.Ordinal));
            Assert.StartsWith("req_", answer.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
            var operation = Operation(document, method, path);
            if (operation is not null)
                Assert.NotNull(operation["responses"]![status.ToString(CultureInfo.InvariantCulture)]);
        }
    }

    [Fact]
    public async Task Its_answers_have_the_fields_that_are_written()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        await using var worker = await PaintingWorker.ConnectAsync(site);
        var document = await DocumentAsync(site);
        Assert.Equal(Properties(document, "ImageAnswer"), Fields<ImageAnswer>());
        Assert.Equal(Properties(document, "ImageDatum"), Fields<ImageDatum>());
        Assert.Equal(Properties(document, "Usage"), Fields<ImageUsage>());
        Assert.Equal(Properties(document, "ImageEvent"), Fields<ImageEvent>());

        using var program = site.Program((await site.AddKeyAsync()).Secret);
        var list = (await program.GetFromJsonAsync<JsonObject>("/v1/models", Token))!;
        Assert.Equal(Properties(document, "ModelList"), Names(list));
        Assert.Equal(Properties(document, "Model"), Names(list["data"]![0]!.AsObject()));
    }

    [Fact]
    public async Task Everything_that_it_refers_to_is_in_it_and_no_name_is_there_twice()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        var document = await DocumentAsync(site);
        Assert.Equal("3.1.0", (string?)document["openapi"]);
        Assert.Equal(site.Address.ToString().TrimEnd('/'), (string?)document["servers"]![0]!["url"]);
        var schemas = document["components"]!["schemas"]!.AsObject();
        var references = Reference().Matches(document.ToJsonString()).Select(static match => match.Groups["name"].Value).ToList();
        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.NotNull(schemas[name]));
        var ids = document["paths"]!.AsObject().Concat(document["webhooks"]!.AsObject()).SelectMany(static path => path.Value!.AsObject()).Select(static operation => (string?)operation.Value!["operationId"]).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task The_page_shows_all_of_it_to_somebody_who_is_not_signed_in()
    {
        await using var site = await RunningSite.StartAsync(DatabaseKind.Sqlite, server);
        using var browser = site.OpenBrowser();
        await browser.GoAsync("/docs/api");
        var reference = site.Services.GetRequiredService<ApiReference>();
        Assert.All(reference.Operations, operation => Assert.Contains(operation.Path, browser.Text, StringComparison.Ordinal));
        Assert.All(reference.Operations.SelectMany(static operation => operation.Body), parameter => Assert.Contains($">{parameter.Name}<", browser.Html, StringComparison.Ordinal));
        Assert.All(ApiReference.Problems, problem => Assert.Contains($">{problem.Status} {problem.Code}<", browser.Html, StringComparison.Ordinal));
        Assert.All(ApiExample.All, example => Assert.Contains(example.Text().Split('\n')[^1], browser.Text, StringComparison.Ordinal));
    }

    private static async Task<JsonObject> DocumentAsync(RunningSite site)
    {
        using var anybody = site.Program(secret: null);
        return (await anybody.GetFromJsonAsync<JsonObject>(ApiReference.DocumentPath, Token))!;
    }

    private static JsonNode? Operation(JsonObject document, string method, string path) =>
        document["paths"]!.AsObject().Where(known => Regex.IsMatch(path, "^" + Regex.Replace(known.Key, @"\{\w+\}", "[^/]+", RegexOptions.None, TimeSpan.FromSeconds(1)) + "$", RegexOptions.None, TimeSpan.FromSeconds(1)))
            .Select(known => known.Value![method.ToLowerInvariant()]).FirstOrDefault();

    private static HashSet<string> Properties(JsonObject document, params ReadOnlySpan<string> path)
    {
        var schema = document["components"]!["schemas"]![path[0]]!;
        foreach (var name in path[1..])
            schema = schema["properties"]![name]!;
        return Names(schema["properties"]!.AsObject());
    }

    private static HashSet<string> Names(JsonObject written) => written.Select(static property => property.Key).ToHashSet(StringComparer.Ordinal);

    private static HashSet<string> Fields<T>() =>
        new DefaultJsonTypeInfoResolver().GetTypeInfo(typeof(T), new(ApiJson.Options)).Properties.Select(static property => property.Name).ToHashSet(StringComparer.Ordinal);

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static IEnumerable<string> Good(ApiParameter parameter)
    {
        if (parameter.Least is { } least)
            yield return Number(least);
        if (parameter.Most is { } most)
            yield return Number(most);
        if (parameter.MostCharacters is { } characters)
            yield return new('a', characters);
        if (parameter.Type == "boolean")
            yield return "false";
        if (parameter.Pattern is not null)
            yield return "auto";
        // It is described, and refused with words of its own where no model makes it.
        foreach (var value in parameter.Values.Where(static value => value != "transparent"))
            yield return value;
    }

    private static IEnumerable<string> Bad(ApiParameter parameter)
    {
        if (parameter.Least is { } least)
            yield return Number(least - (parameter.Type == "integer" ? 1 : 0.01));
        if (parameter.Most is { } most)
            yield return Number(most + (parameter.Type == "integer" ? 1 : 0.01));
        if (parameter.MostCharacters is { } characters)
            yield return new('a', characters + 1);
        if (parameter.Type is "boolean" or "integer" or "number" || parameter.Values.Count != 0)
            yield return "no-such-value";
        if (parameter.Type == "integer")
            yield return "1.5";
        if (parameter.Pattern is not null)
            yield return "large";
    }

    private static string Number(double number) => double.IsInteger(number) ? ((long)number).ToString(CultureInfo.InvariantCulture) : number.ToString("0.###", CultureInfo.InvariantCulture);

    [GeneratedRegex("""ApiErrorTypes\.\w+,\s*"(?<code>\w+)"|\bBad\("(?<code>\w+)"|Fail(Value)?<\w+>\("(?<code>\w+)"|ContentPolicy\(string message\) => ApiError\.Bad\("(?<code>\w+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex WrittenCode();

    [GeneratedRegex("\"#/components/schemas/(?<name>\\w+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Reference();

    /// <summary>A request's values that remember which were looked for.</summary>
    private sealed class Looked(Dictionary<string, string> values) : IReadOnlyDictionary<string, string>
    {
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public int Count => values.Count;

        public IEnumerable<string> Keys => values.Keys;

        public IEnumerable<string> Values => values.Values;

        public string this[string key] => values[key];

        public bool ContainsKey(string key) => values.ContainsKey(key);

        public bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out string value)
        {
            Names.Add(key);
            return values.TryGetValue(key, out value);
        }

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => values.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
