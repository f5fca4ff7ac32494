using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Quern.Mnist.Tests.Report;
using Quern.Mnist.Training;

namespace Quern.Mnist.Tests.Training;

public class TrainingHistoryTests
{
    [Fact]
    public void Json_has_the_documented_names_and_no_others()
    {
        var json = JsonNode.Parse(Write(Runs.History(2)))!.AsObject();

        Assert.Equal(["dataset", "device", "threads", "seed", "options", "epochs"], json.Select(property => property.Key));
        Assert.Equal(["epochs", "batch_size", "lr", "bottleneck"], json["options"]!.AsObject().Select(property => property.Key));
        Assert.Equal(["epoch", "train_loss", "val_loss", "seconds", "images_per_second"], json["epochs"]![1]!.AsObject().Select(property => property.Key));
        Assert.Equal("0.001", json["options"]!["lr"]!.ToJsonString());
        Assert.Equal(2, (int)json["epochs"]![1]!["epoch"]!);
    }

    [Fact]
    public void What_was_written_is_read_back_to_the_last_bit()
    {
        var history = Runs.History(5, dataset: "a \"name\" é") with { Seed = ulong.MaxValue };

        var again = TrainingHistory.Read(new MemoryStream(Write(history)));

        Assert.Equal(history with { Epochs = [] }, again with { Epochs = [] });
        Assert.Equal(history.Epochs, again.Epochs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"dataset\": 3}")]
    [InlineData("""{ "dataset": "mnist", "device": "cpu", "threads": 2, "seed": 0, "options": {}, "epochs": [ { "epoch": 1 } ] }""")]
    public void A_file_that_is_no_history_is_refused(string text) =>
        Assert.Throws<JsonException>(() => TrainingHistory.Read(new MemoryStream(Encoding.UTF8.GetBytes(text))));

    private static byte[] Write(TrainingHistory history)
    {
        using var stream = new MemoryStream();
        history.Write(stream);
        return stream.ToArray();
    }
}
