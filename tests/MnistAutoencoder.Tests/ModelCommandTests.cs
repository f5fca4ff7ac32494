using System.Buffers.Binary;
using Quern.Mnist.Data;
using Quern.Mnist.Models;
using Quern.Mnist.Tests.Data;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.MnistAutoencoder.Tests;

public sealed class ModelCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _data;

    public ModelCommandTests()
    {
        _data = _folder.WriteData();
        var model = new Autoencoder(new Generator(1), 5);
        model.Save(_folder["model.safetensors"], model.Metadata);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Encode_writes_the_models_own_codes_and_decode_draws_them()
    {
        await Succeed("encode", "--model", "model.safetensors", "--data", _data, "--out", "codes.csv");
        await Succeed("encode", "--model", ".", "--data", _data, "--count", "7", "--out", "codes.npy");

        var codes = Npy.Read(_folder["codes.npy"]);
        Assert.Equal("[7, 5]", codes.Shape.ToString());
        Assert.Equal([0f, 1, 2, 3, 4, 5, 6], Npy.Read(_folder["codes.labels.npy"]).ToArray());
        string[] lines = File.ReadAllLines(_folder["codes.csv"]);
        Assert.Equal("label,code_0,code_1,code_2,code_3,code_4", lines[0]);
        Assert.Equal(41, lines.Length);
        Assert.Equal(["0,", "1,", "2,"], lines[1..4].Select(line => line[..2]));
        Assert.Equal(codes.ToArray(), lines[1..8].SelectMany(line => line.Split(',')[1..].Select(float.Parse)));

        // A sheet of up to 16 columns: 84 pixels an image and 2 between.
        await Succeed("decode", "--model", "model.safetensors", "--codes", "codes.npy", "--out", "npy.png");
        await Succeed("decode", "--model", "model.safetensors", "--codes", "codes.csv", "--out", "csv.png");
        Assert.Equal(((7 * 86) + 2, 88), Size("npy.png"));
        Assert.Equal(((16 * 86) + 2, (3 * 86) + 2), Size("csv.png"));
    }

    [Fact]
    public async Task Reconstruct_and_the_way_between_two_images_are_drawn()
    {
        await Succeed("reconstruct", "--model", "model.safetensors", "--data", _data, "--count", "6", "--out", "pairs.png");
        await Succeed("decode", "--model", "model.safetensors", "--data", _data, "--between", "0", "39", "--steps", "4", "--out", "way.png");

        Assert.Equal(((6 * 86) + 2, 2 + (2 * 86)), Size("pairs.png"));
        Assert.Equal(((4 * 86) + 2, 88), Size("way.png"));
    }

    [Fact]
    public async Task The_way_between_two_images_begins_at_the_first_and_ends_at_the_second()
    {
        await Succeed("encode", "--model", "model.safetensors", "--data", _data, "--out", "codes.npy");
        var codes = Npy.Read(_folder["codes.npy"]);
        Tensor from = codes.Rows(3, 1), to = codes.Rows(38, 1);
        Npy.Write(_folder["way.npy"], Tensor.From([.. from.ToArray(), .. ((from + to) / 2).ToArray(), .. to.ToArray()], [3, 5]));

        await Succeed("decode", "--model", "model.safetensors", "--data", _data, "--between", "3", "38", "--steps", "3", "--out", "between.png");
        await Succeed("decode", "--model", "model.safetensors", "--codes", "way.npy", "--out", "way.png");

        Assert.Equal(File.ReadAllBytes(_folder["way.png"]), File.ReadAllBytes(_folder["between.png"]));
    }

    [Fact]
    public async Task The_digits_of_a_run_are_drawn_again_from_its_seed()
    {
        const int Count = 3, Seed = 5, TrainCount = 60_000;
        var model = new Autoencoder(new Generator(1), 5);
        model.Save(_folder["model.safetensors"], new Dictionary<string, string>(model.Metadata) { ["dataset"] = "synthetic", ["seed"] = $"{Seed}" });

        await Succeed("encode", "--model", "model.safetensors", "--count", $"{Count}", "--out", "codes.npy");

        model.Eval();
        float[] expected = model.Encode(SyntheticDigits.Draw(Seed, TrainCount, Count).ToTensor(0, Count)).ToArray();
        Assert.Equal(expected, Npy.Read(_folder["codes.npy"]).ToArray());
    }

    [Fact]
    public async Task Codes_models_and_checkpoints_are_read_from_pipes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /dev/stdin.");
        await Succeed("--data", _data, "--epochs", "1", "--bottleneck", "5", "--out", "run");
        await Succeed("encode", "--model", "run", "--out", "codes.npy");
        await Succeed("decode", "--model", "run", "--codes", "codes.npy", "--out", "codes.png");
        await Succeed("--resume", "run", "--epochs", "2", "--out", "more");

        await SucceedWithInput("codes.npy", "decode", "--model", "run", "--codes", "/dev/stdin", "--out", "piped-codes.png");
        await SucceedWithInput("run/model.safetensors", "decode", "--model", "/dev/stdin", "--codes", "codes.npy", "--out", "piped-model.png");
        await SucceedWithInput("run/checkpoint.safetensors", "--resume", "/dev/stdin", "--epochs", "2", "--out", "piped");

        Assert.Equal(File.ReadAllBytes(_folder["codes.png"]), File.ReadAllBytes(_folder["piped-codes.png"]));
        Assert.Equal(File.ReadAllBytes(_folder["codes.png"]), File.ReadAllBytes(_folder["piped-model.png"]));
        Assert.Equal(File.ReadAllBytes(_folder["more/model.safetensors"]), File.ReadAllBytes(_folder["piped/model.safetensors"]));
    }

    [Fact]
    public async Task Pictures_of_ones_own_are_trained_on_and_reconstructed()
    {
        DrawnPicture.SaveDozen(_folder["photos"]);
        await Succeed("--data", "photos", "--epochs", "1", "--threads", "1", "--out", "run");
        await Succeed("reconstruct", "--model", "run", "--data", "photos", "--out", "folder.png");
        await Succeed("reconstruct", "--model", "run", "--image", Path.Combine("photos", "0", "0.png"), "--image", Path.Combine("photos", "1", "3.jpg"), "--out", "two.png");

        Assert.Equal(((2 * 86) + 2, 2 + (2 * 86)), Size("folder.png"));
        Assert.Equal(((2 * 86) + 2, 2 + (2 * 86)), Size("two.png"));
    }

    [Theory]
    [InlineData("conv", "--bottleneck-activation tanh")]
    [InlineData("vae", "--beta 2")]
    public async Task Every_model_is_trained_and_then_used_by_every_command(string model, string options)
    {
        await Succeed(["--data", _data, "--model", model, "--bottleneck", "4", "--epochs", "1", "--threads", "1", "--out", "run", .. options.Split(' ')]);

        await Succeed("reconstruct", "--model", "run", "--data", _data, "--count", "6", "--out", "pairs.png");
        await Succeed("encode", "--model", "run/best.safetensors", "--data", _data, "--count", "7", "--out", "codes.npy");
        await Succeed("decode", "--model", "run/checkpoint.safetensors", "--codes", "codes.npy", "--out", "drawn.png");
        await Succeed("decode", "--model", "run", "--data", _data, "--between", "0", "1", "--out", "way.png");

        await Succeed("reconstruct", "--model", "run", "--data", _data, "--count", "6", "--denoise", "masking:0.5", "--out", "noisy.png");
        Assert.Equal(((6 * 86) + 2, 2 + (3 * 86)), Size("noisy.png"));
        Assert.Equal([7, 4], Npy.Read(_folder["codes.npy"]).Shape);
        Assert.Equal(((6 * 86) + 2, 2 + (2 * 86)), Size("pairs.png"));
    }

    [Fact]
    public async Task Without_data_the_images_are_those_of_the_run()
    {
        await Succeed("--data", "data", "--bottleneck", "4", "--epochs", "1", "--out", "run");

        await Succeed("encode", "--model", "run", "--out", "own.csv");
        await Succeed("encode", "--model", "run/checkpoint.safetensors", "--out", "checkpoint.csv");
        await Succeed("encode", "--model", "run", "--data", _data, "--out", "given.csv");
        await Succeed("reconstruct", "--model", "run/best.safetensors", "--out", "pairs.png");
        await Succeed("decode", "--model", "run", "--between", "0", "1", "--out", "way.png");

        Assert.Equal(File.ReadAllText(_folder["given.csv"]), File.ReadAllText(_folder["own.csv"]));
        Assert.Equal(File.ReadAllText(_folder["given.csv"]), File.ReadAllText(_folder["checkpoint.csv"]));
    }

    [Fact]
    public async Task Codes_are_counted_and_too_high_a_picture_is_refused()
    {
        Npy.Write(_folder["many.npy"], Tensor.Zeros([10_000, 5]));

        await Succeed("decode", "--model", "model.safetensors", "--codes", "many.npy", "--count", "20", "--out", "few.png");
        var refused = await CommandProcess.Run(_folder.Path, "decode", "--model", "model.safetensors", "--codes", "many.npy", "--out", "a.png");

        Assert.Equal(((16 * 86) + 2, (2 * 86) + 2), Size("few.png"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Matches(@"^error: [^\n]*53750 pixels[^\n]*--count[^\n]*\n$", refused.Error);
        Assert.False(File.Exists(_folder["a.png"]));
    }

    [Theory]
    [InlineData("encode --out codes.csv", "--model")]
    [InlineData("encode --model model.safetensors --out codes.csv", "--data DIR")]
    [InlineData("reconstruct --model model.safetensors --out a.png", "--dataset NAME")]
    [InlineData("encode --model missing --data data --out codes.csv", "'missing'")]
    [InlineData("encode --model bad.csv --data data --out codes.csv", "'bad.csv'")]
    [InlineData("encode --model model.safetensors --data data --out codes.txt", "--out codes.txt")]
    [InlineData("encode --model model.safetensors --data data --out no/codes.csv", "'no/codes.csv'")]
    [InlineData("encode --model model.safetensors --data data --count 0 --out codes.csv", "--count 0")]
    [InlineData("reconstruct --model model.safetensors --data nowhere --out a.png", "'nowhere'")]
    [InlineData("report", "ommand")]
    [InlineData("report compare --out a.html", "runs")]
    [InlineData("report compare missing --out a.html", "'missing'")]
    [InlineData("report compare bad.csv --out a.html", "'bad.csv'")]
    [InlineData("report compare empty.json --out a.html", "null")]
    [InlineData("report compare bad.csv --out a.txt", "--out a.txt")]
    [InlineData("decode --model model.safetensors --out a.png", "--codes")]
    [InlineData("decode --model model.safetensors --codes bad.csv --out a.png", "line 2")]
    [InlineData("decode --model model.safetensors --codes word.csv --out a.png", "'word'")]
    [InlineData("decode --model model.safetensors --codes bad.npy --out a.png", "bad.npy")]
    [InlineData("decode --model model.safetensors --codes wide.npy --out a.png", "[2, 6]")]
    [InlineData("decode --model model.safetensors --data data --between 0 40 --out a.png", "--between 40")]
    [InlineData("decode --model model.safetensors --data data --between 0 --out a.png", "--between")]
    public async Task Bad_input_is_one_line_and_exit_code_2(string arguments, string named)
    {
        File.WriteAllText(_folder["bad.csv"], "1,2,3,4,5\n1,2,3\n");
        File.WriteAllText(_folder["word.csv"], "1,2,word,4,5\n");
        File.WriteAllText(_folder["bad.npy"], "no array");
        File.WriteAllText(_folder["empty.json"], """{"dataset":"mnist","device":"cpu","threads":1,"seed":0,"options":{},"epochs":null}""");
        Npy.Write(_folder["wide.npy"], Tensor.Zeros([2, 6]));

        var result = await CommandProcess.Run(_folder.Path, arguments.Split(' '));

        Assert.Equal(2, result.ExitCode);
        Assert.Matches(@"^error: [^\n]*\n$", result.Error);
        Assert.Contains(named, result.Error);
        Assert.False(File.Exists(_folder["a.png"]) || File.Exists(_folder["codes.csv"]));
    }

    [Fact]
    public async Task An_ablation_has_a_row_for_each_variant()
    {
        var result = await CommandProcess.Run(_folder.Path, "ablation", "--data", _data, "--epochs", "1", "--seeds", "2");

        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        string[][] rows = [.. result.Output.Split('\n').Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];
        Assert.Equal(["plain", "Kaiming weights", "batch norm", "dropout 0.1", "tanh code", "convolutions", "variational", "denoising gaussian:0.3"], rows.Select(row => row[0]));
        Assert.Equal("0.0%", rows[0][2]);
        Assert.All(rows, row =>
        {
            Assert.Matches(@"^0\.\d{5} ± 0\.\d{5}$", row[1]);
            Assert.Matches(@"^0\.\d{5} ± 0\.\d{5}$", row[3]);
            Assert.Matches(@"^\d+\.\d% ± \d+\.\d%$", row[4]);
        });
    }

    private async Task Succeed(params string[] arguments)
    {
        var result = await CommandProcess.Run(_folder.Path, arguments);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
    }

    private async Task SucceedWithInput(string input, params string[] arguments)
    {
        var result = await Sample.RunInShell(_folder.Path, $"cat {input} | {Sample.Host} {Sample.Program} {string.Join(' ', arguments)}");
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
    }

    private (int Width, int Height) Size(string picture)
    {
        byte[] png = File.ReadAllBytes(_folder[picture]);
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }
}
