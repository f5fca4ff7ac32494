using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
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
        Assert.Equal(
            ["epochs", "batch_size", "lr", "schedule", "weight_decay", "model", "bottleneck", "batch_norm", "dropout", "bottleneck_activation", "init"],
            json["options"]!.AsObject().Select(property => property.Key));
        Assert.Equal(["epoch", "train_loss", "val_loss", "seconds", "images_per_second"], json["epochs"]![1]!.AsObject().Select(property => property.Key));
        Assert.Equal("0.001", json["options"]!["lr"]!.ToJsonString());
        Assert.Equal(2, (int)json["epochs"]![1]!["epoch"]!);
    }

    [Fact]
    public void Settings_that_are_not_the_defaults_are_named_as_on_the_command_line()
    {
        var history = Runs.History(1) with
        {
            Options = new()
            {
                Model = ModelKind.Vae,
                Network = new() { Initializer = WeightInitializer.Kaiming, BatchNorm = true, Dropout = 0.1, Beta = 4 },
                Training = new() { Denoise = new(NoiseKind.SaltPepper, 0.2), Schedule = LearningRateSchedule.WarmupCosine, WeightDecay = 0.01, Clip = 1 },
            },
        };

        string options = JsonNode.Parse(Write(history))!["options"]!.ToJsonString();

        Assert.Equal(
            """{"epochs":12,"batch_size":128,"lr":0.001,"denoise":"salt-pepper:0.2","schedule":"warmup-cosine","weight_decay":0.01,"clip":1,"model":"vae","bottleneck":32,"batch_norm":true,"dropout":0.1,"bottleneck_activation":"none","init":"kaiming","beta":4}""",
            options);
        Assert.Equal(history.Options, TrainingHistory.Read(new MemoryStream(Write(history))).Options);
    }

    [Fact]
    public void A_history_from_before_the_models_is_one_of_the_plain_autoencoder()
    {
        var options = TrainingHistory.Read(new MemoryStream(Encoding.UTF8.GetBytes(
            """{ "dataset": "mnist", "device": "cpu", "threads": 2, "seed": 0, "options": { "epochs": 3, "batch_size": 64, "lr": 0.01, "bottleneck": 8 }, "epochs": [] }"""))).Options;

        Assert.Equal(new RunOptions { Network = new() { Bottleneck = 8 }, Training = new() { Epochs = 3, BatchSize = 64, LearningRate = 0.01 } }, options);
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
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Numbers_that_are_not_finite_are_written_by_name_and_read_back(double number, string name)
    {
        var history = Runs.History(1);
        history = history with
        {
            Epochs = [new(1, number, number, number, number, number)],
            Times = new(number, 0, 0, 0),
            Figures = new() { ProbeAccuracy = number, NoisyPsnr = number },
        };

        byte[] json = Write(history);

        Assert.Equal(name, (string)JsonNode.Parse(json)!["epochs"]![0]!["val_loss"]!);
        var again = TrainingHistory.Read(new MemoryStream(json));
        Assert.Equal(history.Epochs, again.Epochs);
        Assert.Equal((history.Times, history.Figures), (again.Times, again.Figures));
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
