using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CanvasWeb.Contracts;
using CanvasWeb.Imaging;
using CanvasWeb.Web.ApiKeys;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation;
using CanvasWeb.Web.Generation.Jobs;
using CanvasWeb.Web.Tests.Generation;
using CanvasWeb.Web.Tests.Infrastructure;
using CanvasWeb.Web.Tiles;
using CanvasWeb.Web.Tiles.Drawing;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.OpenAi;

/// <summary>The Images API over HTTP with a worker that the test moves by hand.</summary>
public sealed class ImagesApiTests(SharedApiSite shared, PostgreSqlServer server) : IClassFixture<SharedApiSite>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task The_old_snippet_gets_an_address_that_anybody_can_load(DatabaseKind kind)
    {
        await using var site = await ApiSite.StartAsync(server, kind);
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);

        var asking = PostAsync(client, "generations", new { model = "image-alpha-001", prompt = "a cute baby sea otter", num_images = 1, size = "256x256", response_format = "url" });
        await worker.FinishAsync(await LeaseAsync(worker));

        using var answer = await asking;
        using var body = await JsonAsync(answer);
        var url = body.RootElement.GetProperty("data")[0].GetProperty("url").GetString()!;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, body.RootElement.GetProperty("usage").GetProperty("credits").GetInt64());
        Assert.Equal("256x256", body.RootElement.GetProperty("size").GetString());
        using var stranger = site.Client(key: null);
        var file = await stranger.GetByteArrayAsync(url, Token);
        var picture = ImageDecoder.Decode(file, ImageLimits.Default);
        Assert.Equal((256, 256), (picture.Width, picture.Height));
        Assert.Contains("a cute baby sea otter", ImageMetadata.ReadParameters(file), StringComparison.Ordinal);
        Assert.Equal(49, (await site.BalanceAsync(ann.Id)).Available.Amount);

        // Nothing else is in the file for who does not want it.
        using var plainly = await PostWhileAsync(worker, () => PostAsync(client, "generations", new { prompt = "a secret", size = "256x256", response_format = "b64_json", output_format = "webp", metadata = "none" }));
        using var plain = await JsonAsync(plainly);
        Assert.Null(ImageMetadata.ReadParameters(plain.RootElement.GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64()));

        // One letter more or less, and it is nobody's address.
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(url.Replace("/files/C", "/files/D", StringComparison.Ordinal), Token)).StatusCode);

        // Nor with another ending: the file is what its address says.
        foreach (var ending in (string[])["", ".jpeg", ".pngx", ".PNG"])
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(url[..^4] + ending, Token)).StatusCode);

        // What the model paints by itself is told, and since when it is there.
        using var models = await JsonAsync(await client.GetAsync("/v1/models", Token));
        var model = models.RootElement.GetProperty("data")[0];
        Assert.Contains(model.GetProperty("native_size").GetString(), model.GetProperty("sizes").EnumerateArray().Select(static size => size.GetString()));
        Assert.NotEqual(0, model.GetProperty("created").GetInt64());
    }

    [Fact]
    public async Task The_same_idempotency_key_is_the_same_job_and_with_another_body_a_conflict()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "order 1, first try");

        var first = PostAsync(client, "generations", new { prompt = "a fox", size = "256x256", response_format = "b64_json" });
        var again = PostAsync(client, "generations", new { prompt = "a fox", size = "256x256", response_format = "b64_json" });
        await worker.FinishAsync(await LeaseAsync(worker));
        using var firstAnswer = await first;
        using var secondAnswer = await again;
        using var later = await PostAsync(client, "generations", new { prompt = "a fox", size = "256x256", response_format = "b64_json" });
        using var other = await PostAsync(client, "generations", new { prompt = "two foxes", size = "256x256", response_format = "b64_json" });

        Assert.Equal(await firstAnswer.Content.ReadAsStringAsync(Token), await secondAnswer.Content.ReadAsStringAsync(Token));
        Assert.Equal(await firstAnswer.Content.ReadAsStringAsync(Token), await later.Content.ReadAsStringAsync(Token));
        Assert.Equal((409, "idempotency_key_reused"), await ApiSite.ErrorAsync(other) is var error ? (error.Status, error.Code) : default);
        Assert.Equal("false", other.Headers.GetValues("x-should-retry").Single());
        Assert.Single(await site.JobsAsync(ann.Id));
    }

    [Fact]
    public async Task Whoever_hangs_up_cancels_the_job_and_pays_nothing()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var asking = client.PostAsJsonAsync(new Uri("/v1/images/generations", UriKind.Relative), new { prompt = "a fox", size = "256x256" }, hangUp.Token);
        var lease = await LeaseAsync(worker);
        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        var job = await EndAsync(site, ann.Id);
        Assert.Equal(JobState.Canceled, job.State);
        Assert.Equal((50, 0), (await site.BalanceAsync(ann.Id)) is var balance ? (balance.Available.Amount, balance.Held.Amount) : default);
        Assert.Equal([lease.JobId], await worker.Line.InvokeAsync<IReadOnlyList<string>>(InferenceProtocol.Heartbeat, (object)new[] { new LeaseToken(lease.JobId, 1) }));
    }

    [Fact]
    public async Task Ten_pictures_are_one_job_so_all_are_paid_for_or_none()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);

        var asking = PostAsync(client, "generations", new { prompt = "a fox", size = "256x256", n = 10 });
        await worker.FinishAsync(await LeaseAsync(worker));

        using var answer = await asking;
        using var body = await JsonAsync(answer);
        Assert.Equal(10, body.RootElement.GetProperty("data").GetArrayLength());
        Assert.Equal(10, body.RootElement.GetProperty("usage").GetProperty("credits").GetInt64());
        Assert.Equal([10], (await site.JobsAsync(ann.Id)).Select(static job => job.Count));
    }

    [Fact]
    public async Task A_key_whose_job_failed_or_was_canceled_stands_for_a_new_job()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "order 2");
        Task<HttpResponseMessage> AskAsync() => PostAsync(client, "generations", new { prompt = "a fox", size = "256x256" });

        var asking = AskAsync();
        var lease = await LeaseAsync(worker);
        await worker.Line.InvokeAsync<bool>(InferenceProtocol.Fail, new JobFailure(lease.JobId, 1, "model_failed", "It did not work.", Retry: false));
        Assert.Equal((500, "model_failed"), await CodeAsync(await asking));
        asking = AskAsync();
        Assert.True(await site.Orders.CancelAsync(ann.Id, (await LeaseAsync(worker)).JobId, Token));
        Assert.Equal((409, "canceled"), await CodeAsync(await asking));
        using var made = await PostWhileAsync(worker, AskAsync);
        using var again = await AskAsync();

        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal([JobState.Failed, JobState.Canceled, JobState.Succeeded], (await site.JobsAsync(ann.Id)).Select(static job => job.State));
        Assert.Equal(49, (await site.BalanceAsync(ann.Id)).Available.Amount);
    }

    [Fact]
    public async Task When_time_is_up_a_job_is_canceled_but_not_one_with_a_key_for_which_others_may_wait()
    {
        await using var site = await ApiSite.StartAsync(server, DatabaseKind.Sqlite, ("OpenAi:MaxWaitSeconds", "1"));
        await using var worker = await site.ConnectWorkerAsync();
        var (ann, bob) = (await site.AddPersonAsync(), await site.AddPersonAsync());
        using var client = site.Client(ann.Key);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "order 3");
        using var hurried = site.Client(bob.Key);

        Assert.Equal((503, "server_busy"), await CodeAsync(await PostAsync(hurried, "generations", new { prompt = "a fox", size = "256x256" })));
        Assert.Equal((503, "server_busy"), await CodeAsync(await PostAsync(client, "generations", new { prompt = "a fox", size = "256x256" })));

        Assert.Equal(JobState.Canceled, (await site.JobsAsync(bob.Id)).Single().State);
        await worker.FinishAsync(await LeaseAsync(worker));
        using var made = await PostAsync(client, "generations", new { prompt = "a fox", size = "256x256" });
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        Assert.Single(await site.JobsAsync(ann.Id));
    }

    [Fact]
    public async Task An_error_on_the_way_cancels_the_job()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = JsonContent.Create(new { prompt = "a fox", size = "256x256", stream = true, partial_images = 1 }) };

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var lease = await LeaseAsync(worker);
        await worker.ReportAsync(lease, 0, 9, FakeWorker.Preview(100)); // No picture at all.

        Assert.Equal(JobState.Canceled, (await EndAsync(site, ann.Id)).State);
        Assert.Equal((50, 0), (await site.BalanceAsync(ann.Id)) is var balance ? (balance.Available.Amount, balance.Held.Amount) : default);
    }

    [Fact]
    public async Task An_error_after_the_price_was_taken_tells_clients_not_to_ask_again()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);
        using var form = new MultipartFormDataContent { { new StringContent("a hat"), "prompt" }, { new StringContent("b64_json"), "response_format" } };
        form.Add(File(Noise(80, 80)), "image", "in.png");

        var asking = client.PostAsync("/v1/images/edits", form, Token);
        var lease = await LeaseAsync(worker);
        var sent = (await site.JobsAsync(ann.Id)).Single().PictureSha256!;
        await System.IO.File.WriteAllBytesAsync(BlobFiles(site).Single(file => Path.GetFileName(file) == sent), [1, 2, 3], Token);
        await worker.FinishAsync(lease);

        using var answer = await asking;
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(["false"], answer.Headers.GetValues("x-should-retry"));
        Assert.Equal(49, (await site.BalanceAsync(ann.Id)).Available.Amount);
    }

    [Fact]
    public async Task A_picture_that_cannot_be_shown_leaves_no_empty_entry()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        using var client = site.Client((await site.AddPersonAsync()).Key);

        var asking = PostAsync(client, "generations", new { prompt = "a fox", size = "256x256", n = 3, response_format = "b64_json" });
        await FinishWithHoleAsync(site, worker, await LeaseAsync(worker), hole: 1);

        using var answer = await asking;
        using var body = await JsonAsync(answer);
        Assert.Equal([200, 202], body.RootElement.GetProperty("data").EnumerateArray().Select(static datum => (int)ImageDecoder.Decode(datum.GetProperty("b64_json").GetBytesFromBase64(), ImageLimits.Default).Rgba[0]));
    }

    [Fact]
    public async Task An_edit_takes_memory_for_the_size_that_it_is_brought_up_to()
    {
        await using var site = await ApiSite.StartAsync(server, DatabaseKind.Sqlite, ("Tiles:MaxWaiting", "1"));
        await using var worker = await site.ConnectWorkerAsync();
        using var client = site.Client((await site.AddPersonAsync()).Key);
        var budget = site.Get<PixelBudget>();
        using var others = await budget.TakeAsync(site.Get<IOptions<TileOptions>>().Value.WorkingBytes - (1 << 20), Token);
        var waiting = budget.TakeAsync(2 << 20, Token); // The one place in the line.

        Assert.Equal((503, "server_busy"), await CodeAsync(await PostAsync(client, "edits", new { prompt = "a hat", image = Url(Noise(64, 64)), size = "2048x2048" })));
        others.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_refused_order_leaves_no_file_behind()
    {
        await using var site = await ApiSite.StartAsync(server, DatabaseKind.Sqlite, ("Moderation:CheckPrompts", "true"), ("Generation:MaxQueuedPerUser", "1"));
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var edit = new { prompt = "a decapitated statue", image = Url(Noise(64, 64)) };

        Assert.Equal((400, "content_policy_violation"), await CodeAsync(await PostAsync(client, "edits", edit)));
        Assert.Empty(BlobFiles(site));
        var first = client.PostAsJsonAsync(new Uri("/v1/images/generations", UriKind.Relative), new { prompt = "a fox", size = "256x256" }, waiting.Token);
        await Eventually.FindAsync("The first job", async () => (await site.JobsAsync(ann.Id)).SingleOrDefault());
        Assert.Equal((429, "queue_full"), await CodeAsync(await PostAsync(client, "edits", new { prompt = "a hat", edit.image })));
        Assert.Empty(BlobFiles(site));
        await waiting.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task An_edit_changes_nothing_outside_its_mask()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);
        var (picture, mask) = (Noise(128, 96), Opaque(128, 96));
        for (var y = 40; y < 60; y++)
        {
            for (var x = 50; x < 90; x++)
                mask.Rgba[mask.Offset(x, y) + 3] = 0;
        }

        using var form = new MultipartFormDataContent { { new StringContent("a hat"), "prompt" }, { new StringContent("b64_json"), "response_format" } };
        form.Add(File(picture), "image", "in.png");
        form.Add(File(mask), "mask", "mask.png");
        var asking = client.PostAsync("/v1/images/edits", form, Token);
        var lease = await LeaseAsync(worker);
        using var crop = await worker.DownloadAsync(lease, JobInputs.Crop);
        using var made = await worker.DownloadAsync(lease, JobInputs.New);
        var newMask = ImageDecoder.Decode(await made.Content.ReadAsByteArrayAsync(Token), ImageLimits.Default);

        // The worker writes a tile that covers exactly the mask.
        var hole = BoundsOf(newMask);
        using var stored = await worker.UploadAsync(lease, 0, FakeWorker.Picture(hole.Width, hole.Height, 7));
        var tile = await stored.Content.ReadFromJsonAsync<StoredPicture>(Token);
        Assert.True(await worker.Line.InvokeAsync<bool>(InferenceProtocol.Complete, new JobResult { JobId = lease.JobId, Attempt = 1, Pictures = [new(0, tile!.Sha256, hole, 5)], ModelHash = "abc" }));

        using var answer = await asking;
        using var body = await JsonAsync(answer);
        var result = ImageDecoder.Decode(body.RootElement.GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64(), ImageLimits.Default);
        Assert.Equal("128x96", body.RootElement.GetProperty("size").GetString());
        Assert.Equal((lease.CropWidth, lease.CropHeight), ImageDecoder.Decode(await crop.Content.ReadAsByteArrayAsync(Token), ImageLimits.Default) is var seen ? (seen.Width, seen.Height) : default);
        for (var y = 0; y < 96; y++)
        {
            for (var x = 0; x < 128; x++)
            {
                var isNew = x is >= 50 and < 90 && y is >= 40 and < 60;
                Assert.Equal(isNew ? 7 : picture.Rgba[picture.Offset(x, y)], result.Rgba[result.Offset(x, y)]);
            }
        }
    }

    [Fact]
    public async Task A_variation_gives_the_worker_the_picture()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);
        using var form = new MultipartFormDataContent { { new StringContent("256x256"), "size" }, { new StringContent("2"), "n" } };
        form.Add(File(Noise(64, 64)), "image", "in.png");

        var asking = client.PostAsync("/v1/images/variations", form, Token);
        var lease = await LeaseAsync(worker);
        Assert.Equal((JobTask.Variation, 2), (lease.Task, lease.Count));
        Assert.Equal([JobInputs.Picture], lease.Inputs);
        await worker.FinishAsync(lease);

        using var answer = await asking;
        using var body = await JsonAsync(answer);
        Assert.Equal(2, body.RootElement.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_stream_sends_previews_and_then_the_picture()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = JsonContent.Create(new { prompt = "a fox", size = "256x256", stream = true, partial_images = 2 }) };

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var lease = await LeaseAsync(worker);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        var preview = ImageEncoder.EncodePreview(Noise(32, 32), 32, 12_000).Bytes;
        List<(string Name, JsonElement Data)> events = [];
        for (var step = 1; step <= 10 && events.Count < 2; step++)
        {
            await worker.ReportAsync(lease, 0, step, preview);
            if (step is 4 or 7)
                events.Add(await EventAsync(reader));
        }

        await worker.FinishAsync(lease);
        events.Add(await EventAsync(reader));

        Assert.Equal(["image_generation.partial_image", "image_generation.partial_image", "image_generation.completed"], events.Select(static happened => happened.Name));
        Assert.All(events, static happened => Assert.Equal(happened.Name, happened.Data.GetProperty("type").GetString()));
        Assert.Equal([0, 1], events[..2].Select(static happened => happened.Data.GetProperty("partial_image_index").GetInt32()));
        Assert.All(events, static happened =>
        {
            var picture = ImageDecoder.Decode(happened.Data.GetProperty("b64_json").GetBytesFromBase64(), ImageLimits.Default);
            Assert.Equal((256, 256), (picture.Width, picture.Height));
        });
        Assert.Equal(1, events[2].Data.GetProperty("usage").GetProperty("total_tokens").GetInt64());
    }

    [Fact]
    public async Task A_stream_that_fails_ends_with_the_envelope()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        using var client = site.Client((await site.AddPersonAsync()).Key);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = JsonContent.Create(new { prompt = "a fox", size = "256x256", stream = true }) };

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var lease = await LeaseAsync(worker);
        await worker.Line.InvokeAsync<bool>(InferenceProtocol.Fail, new JobFailure(lease.JobId, 1, "size_not_divisible", "No.", Retry: false));
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        var (name, data) = await EventAsync(reader);

        Assert.Equal(("error", "size_not_divisible"), (name, data.GetProperty("error").GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("model_failed", 500, "server_error")]
    [InlineData("prompt_too_long", 400, "invalid_request_error")]
    [InlineData("input_withheld", 400, "invalid_request_error")]
    public async Task A_job_that_fails_says_so_and_costs_nothing(string code, int status, string type)
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);

        var asking = PostAsync(client, "generations", new { prompt = "a fox", size = "256x256" });
        var lease = await LeaseAsync(worker);
        await worker.Line.InvokeAsync<bool>(InferenceProtocol.Fail, new JobFailure(lease.JobId, 1, code, "It did not work.", Retry: false));

        using var answer = await asking;
        Assert.Equal((status, type), await ApiSite.ErrorAsync(answer) is var error ? (error.Status, error.Type) : default);
        Assert.Equal(50, (await site.BalanceAsync(ann.Id)).Available.Amount);
    }

    [Fact]
    public async Task What_is_wrong_is_said_by_status_code_and_parameter()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);
        var problems = new List<string>();

        await ExpectAsync(new { }, 400, "missing_required_parameter", "prompt");
        await ExpectAsync(new { prompt = " " }, 400, "missing_required_parameter", "prompt");
        await ExpectAsync(new { prompt = new string('a', 1001) }, 400, "string_above_max_length", "prompt");
        await ExpectAsync(new { prompt = "a", model = "nobody-has-this" }, 404, "model_not_found", "model");
        await ExpectAsync(new { prompt = "a", n = 0 }, 400, "invalid_value", "n");
        await ExpectAsync(new { prompt = "a", n = 11 }, 400, "invalid_value", "n");
        await ExpectAsync(new { prompt = "a", n = 1.5 }, 400, "invalid_value", "n");
        await ExpectAsync(new { prompt = "a", size = "300x300" }, 400, "invalid_size", "size");
        await ExpectAsync(new { prompt = "a", size = "large" }, 400, "invalid_size", "size");
        await ExpectAsync(new { prompt = "a", response_format = "file" }, 400, "invalid_value", "response_format");
        await ExpectAsync(new { prompt = "a", output_format = "gif" }, 400, "invalid_value", "output_format");
        await ExpectAsync(new { prompt = "a", output_compression = 50 }, 400, "invalid_value", "output_compression");
        await ExpectAsync(new { prompt = "a", background = "transparent" }, 400, "invalid_value", "background");
        await ExpectAsync(new { prompt = "a", quality = "best" }, 400, "invalid_value", "quality");
        await ExpectAsync(new { prompt = "a", partial_images = 2 }, 400, "invalid_value", "partial_images");
        await ExpectAsync(new { prompt = "a", stream = true, partial_images = 4 }, 400, "invalid_value", "partial_images");
        await ExpectAsync(new { prompt = "a", stream = true, n = 2 }, 400, "invalid_value", "n");
        await ExpectAsync(new { prompt = "a", seed = -1 }, 400, "invalid_value", "seed");
        await ExpectAsync(new { prompt = "a", colour = "red" }, 400, "unknown_parameter", "colour");
        await ExpectAsync(new { prompt = new[] { "a" } }, 400, "invalid_type", "prompt");
        await ExpectAsync(new { prompt = "a", image = "data:image/png;base64,AAAA" }, 400, "unknown_parameter", "image");
        Assert.True(problems.Count == 0, string.Join('\n', problems));
        Assert.Empty(await site.JobsAsync(ann.Id));

        async Task ExpectAsync(object body, int status, string code, string param)
        {
            using var answer = await PostAsync(client, "generations", body);
            var (gotStatus, gotCode, gotParam, _) = await ApiSite.ErrorAsync(answer);
            if ((gotStatus, gotCode, gotParam) != (status, code, param))
                problems.Add($"{JsonSerializer.Serialize(body)}: {gotStatus} {gotCode} {gotParam} instead of {status} {code} {param}");
        }
    }

    [Fact]
    public async Task What_is_wrong_with_pictures_is_said_too()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);
        var picture = Url(Noise(64, 64));

        await ExpectAsync(new { prompt = "a" }, 400, "missing_required_parameter", "image");
        await ExpectAsync(new { prompt = "a", image = new[] { picture, picture } }, 400, "too_many_images", "image");
        await ExpectAsync(new { prompt = "a", image = "https://example.com/a.png" }, 400, "url_not_fetched", "image");
        await ExpectAsync(new { prompt = "a", image = "data:image/png;base64,AAAA" }, 415, "unsupported_image", "image");
        await ExpectAsync(new { prompt = "a", image = picture, mask = Url(Noise(32, 64)) }, 400, "invalid_mask", "mask");
        await ExpectAsync(new { prompt = "a", image = picture, mask = Url(Opaque(64, 64)) }, 400, "invalid_mask", "mask");
        await ExpectAsync(new { prompt = "a", image = picture, size = "512x256" }, 400, "invalid_size", "size");
        await ExpectAsync(new { prompt = "a", image = new string('A', 300_000) }, 413, "request_too_large", null);

        async Task ExpectAsync(object body, int status, string code, string? param)
        {
            using var answer = await PostAsync(client, "edits", body);
            Assert.Equal((status, code, param), await ApiSite.ErrorAsync(answer) is var error ? (error.Status, error.Code, error.Param) : default);
        }
    }

    [Fact]
    public async Task Everything_under_v1_speaks_in_the_envelope()
    {
        await using var site = await ApiSite.StartAsync(server); // Its own: no worker was ever there.
        var reader = await site.AddPersonAsync(ApiKeyScopes.ImagesRead);
        using var stranger = site.Client(key: null);
        using var faker = site.Client("cw_" + new string('a', 43));
        using var client = site.Client(reader.Key);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html"); // A page of ours would be no answer to a program, whatever it says.

        Assert.Equal((401, "invalid_api_key"), await CodeAsync(await stranger.GetAsync("/v1/models", Token)));
        Assert.Equal((401, "invalid_api_key"), await CodeAsync(await faker.GetAsync("/v1/models", Token)));
        Assert.Equal((403, "insufficient_permissions"), await CodeAsync(await PostAsync(client, "generations", new { prompt = "a" })));
        Assert.Equal((404, "unknown_url"), await CodeAsync(await client.GetAsync("/v1/chat/completions", Token)));
        Assert.Equal((404, "model_not_found"), await CodeAsync(await client.GetAsync("/v1/models/nobody-has-this", Token)));
        Assert.Equal((404, "unknown_url"), await CodeAsync(await PostAsync(client, "../chat/completions", new { model = "a" })));
        Assert.Equal((405, "method_not_supported"), await CodeAsync(await client.DeleteAsync("/v1/models", Token)));
        using var got = await client.GetAsync("/v1/images/generations", Token);
        Assert.Equal("POST", Assert.Single(got.Content.Headers.Allow));
        Assert.Equal((405, "method_not_supported"), await CodeAsync(got));
        using var writer = site.Client((await site.AddPersonAsync()).Key);
        using var text = new StringContent("prompt=a");
        Assert.Equal((415, "unsupported_media_type"), await CodeAsync(await writer.PostAsync("/v1/images/generations", text, Token)));
        using var broken = new StringContent("{\"prompt\":", new MediaTypeHeaderValue("application/json"));
        Assert.Equal((400, "invalid_json"), await CodeAsync(await writer.PostAsync("/v1/images/generations", broken, Token)));
        Assert.Equal((503, "server_busy"), await CodeAsync(await PostAsync(writer, "generations", new { prompt = "a" }))); // No worker has ever come.
    }

    [Fact]
    public async Task What_programs_asked_for_stays_when_boards_are_purged_and_goes_with_the_account()
    {
        var site = shared.Site;
        await using var worker = await site.ConnectWorkerAsync();
        var (ann, bob) = (await site.AddPersonAsync(), await site.AddPersonAsync());
        using var client = site.Client(ann.Key);
        using var answer = await PostWhileAsync(worker, () => PostAsync(client, "generations", new { prompt = "a fox", size = "256x256" }));
        var job = Assert.Single(await site.JobsAsync(ann.Id));

        await site.Get<WriteTransactions>().RunAsync((db, token) => JobErasure.EraseWithoutBoardAsync(db, token), Token);
        Assert.Equal(("", JobSource.Api, JobState.Succeeded), Assert.Single(await site.JobsAsync(ann.Id)) is var kept ? (kept.BoardId, kept.Source, kept.State) : default);
        Assert.False(await site.Desk.RateAsync(bob.Id, new(job.Id, 0), 5, Token), "it is nobody's but its person's");
        Assert.True(await site.Desk.RateAsync(ann.Id, new(job.Id, 0), 5, Token));

        await site.Get<WriteTransactions>().RunAsync((db, token) => JobErasure.Create(site.Questions, site.Orders).EraseAsync(db, ann.Id, token), Token);
        Assert.Empty(await site.JobsAsync(ann.Id));
        using var body = await JsonAsync(answer);
        using var gone = await client.GetAsync(body.RootElement.GetProperty("data")[0].GetProperty("url").GetString(), Token);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Without_credits_nothing_is_queued_and_no_picture_is_kept()
    {
        await using var site = await ApiSite.StartAsync(server, DatabaseKind.Sqlite, ("Credits:FirstMonth", "1"));
        await using var worker = await site.ConnectWorkerAsync();
        var ann = await site.AddPersonAsync();
        using var client = site.Client(ann.Key);

        using var answer = await PostAsync(client, "generations", new { prompt = "a", n = 2, size = "256x256" });

        Assert.Equal((402, "insufficient_quota", "insufficient_quota"), await ApiSite.ErrorAsync(answer) is var error ? (error.Status, error.Code, error.Type) : default);
        Assert.Empty(await site.JobsAsync(ann.Id));
    }

    [Fact]
    public async Task Too_many_requests_are_told_when_to_come_back_and_others_do_not_feel_it()
    {
        await using var site = await ApiSite.StartAsync(server, DatabaseKind.Sqlite, ("OpenAi:RequestsPerMinute", "2"));
        var (ann, bob) = (await site.AddPersonAsync(), await site.AddPersonAsync());
        using var client = site.Client(ann.Key);
        using var other = site.Client(bob.Key);

        using var first = await client.GetAsync("/v1/models", Token);
        using var second = await client.GetAsync("/v1/models", Token);
        using var third = await client.GetAsync("/v1/models", Token);
        using var others = await other.GetAsync("/v1/models", Token);

        Assert.Equal(["2"], first.Headers.GetValues("x-ratelimit-limit-requests"));
        Assert.Equal(["1"], first.Headers.GetValues("x-ratelimit-remaining-requests"));
        Assert.Equal((429, "rate_limit_exceeded"), await CodeAsync(third));
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
    }

    private static Task<Job> EndAsync(ApiSite site, string userId) =>
        Eventually.FindAsync("The end of the job", async () => (await site.JobsAsync(userId)).Single() is { IsOpen: false } ended ? ended : null);

    // Uploads every picture of a lease and takes one away again from the disk, as a broken disk would.
    private static async Task FinishWithHoleAsync(ApiSite site, FakeWorker worker, JobLease lease, int hole)
    {
        var pictures = new List<ResultPicture>();
        for (var image = 0; image < lease.Count; image++)
        {
            // In a shade of this test's own: files are shared by content.
            using var answer = await worker.UploadAsync(lease, image, FakeWorker.Picture(lease.Placement.Width, lease.Placement.Height, (byte)(200 + image)));
            var stored = await answer.Content.ReadFromJsonAsync<StoredPicture>(Token);
            pictures.Add(new(image, stored!.Sha256, lease.Placement, 5));
        }

        foreach (var file in BlobFiles(site).Where(file => Path.GetFileName(file).StartsWith(pictures[hole].Sha256, StringComparison.Ordinal)))
            System.IO.File.Delete(file);
        Assert.True(await worker.Line.InvokeAsync<bool>(InferenceProtocol.Complete, new JobResult { JobId = lease.JobId, Attempt = lease.Attempt, Pictures = pictures, ModelHash = "abc" }));
    }

    private static string[] BlobFiles(ApiSite site) => Directory.GetFiles(site.Get<DataFolder>().Subfolder("blobs"), "*", SearchOption.AllDirectories);

    private static async Task<(int, string?)> CodeAsync(HttpResponseMessage answer)
    {
        using (answer)
            return await ApiSite.ErrorAsync(answer) is var error ? (error.Status, error.Code) : default;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string what, object body) => client.PostAsJsonAsync(new Uri("/v1/images/" + what, UriKind.Relative), body, Token);

    private static async Task<JsonDocument> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text);
    }

    private static async Task<HttpResponseMessage> PostWhileAsync(FakeWorker worker, Func<Task<HttpResponseMessage>> post)
    {
        var asking = post();
        await worker.FinishAsync(await LeaseAsync(worker));
        return await asking;
    }

    private static Task<JobLease> LeaseAsync(FakeWorker worker) => Eventually.FindAsync("A lease", worker.LeaseAsync);

    private static async Task<(string Name, JsonElement Data)> EventAsync(StreamReader reader)
    {
        var name = "";
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line["event: ".Length..];
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return (name, JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]));
        }

        throw new InvalidOperationException("The stream ended.");
    }

    private static PixelImage Noise(int width, int height)
    {
        var picture = Opaque(width, height);
        var random = new Random(7);
        for (var i = 0; i < picture.Rgba.Length; i++)
            picture.Rgba[i] = i % 4 == 3 ? (byte)255 : (byte)random.Next(256);
        return picture;
    }

    private static PixelImage Opaque(int width, int height)
    {
        var picture = new PixelImage(width, height);
        picture.Rgba.AsSpan().Fill(255);
        return picture;
    }

    private static ByteArrayContent File(PixelImage picture) => new(ImageEncoder.Encode(picture, new()));

    private static string Url(PixelImage picture) => "data:image/png;base64," + Convert.ToBase64String(ImageEncoder.Encode(picture, new()));

    private static PixelArea BoundsOf(PixelImage mask)
    {
        var (left, top, right, bottom) = (mask.Width, mask.Height, 0, 0);
        for (var y = 0; y < mask.Height; y++)
        {
            for (var x = 0; x < mask.Width; x++)
            {
                if (mask.Rgba[mask.Offset(x, y)] == 255)
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            }
        }

        return new(left, top, right - left, bottom - top);
    }
}
