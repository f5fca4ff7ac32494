using Quern.Tensors;

namespace Quern.Nn.Tests.StateFiles;

public sealed class ModuleStateFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("quern-state-").FullName;

    private string File => Path.Combine(_folder, "model.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_module_loads_what_another_saved()
    {
        Sequential saved = Network(1);
        Sequential loaded = Network(2);
        Tensor input = Tensor.Random([4, 7], new Generator(3));
        Assert.False(saved.Forward(input).AllClose(loaded.Forward(input)));
        saved.Save(File, new Dictionary<string, string> { ["epoch"] = "12" });

        Parameter first = loaded.Parameters[0];
        Tensor value = first.Value;
        IReadOnlyDictionary<string, string> notes = loaded.Load(File);

        Assert.Equal("12", notes["epoch"]);
        Assert.Equal(saved.Forward(input).ToArray(), loaded.Forward(input).ToArray());
        Assert.Same(value, first.Value);
        Assert.Equal([File], Directory.GetFileSystemEntries(_folder));
        Assert.Equal(["fc1.bias", "fc1.weight", "fc2.bias", "fc2.weight"], SafeTensors.Read(File).Tensors.Keys.Order());
        Assert.Equal([5, 7], SafeTensors.Read(File).Tensors["fc1.weight"].Shape);
    }

    [Fact]
    public void Everything_that_does_not_fit_is_listed_in_one_error_and_nothing_is_changed()
    {
        Sequential module = Network(1);
        float[][] before = [.. module.Parameters.Select(parameter => parameter.Value.ToArray())];
        SafeTensors.Write(
            File,
            [new("fc1.weight", Tensor.Ones([7, 5])), new("fc1.bias", Tensor.Ones([5])), new("fc2.bias", Tensor.Ones([3])), new("fc3.bias", Tensor.Ones([2, 2]))]);
        Assert.Equal(
            $"Load: '{File}' does not fit Sequential; missing: fc2.weight [3, 5]; unexpected: fc3.bias [2, 2]; misshapen: fc1.weight [7, 5] where the module has [5, 7]. Make the module with the sizes of the file.",
            Assert.Throws<StateFileException>(() => module.Load(File)).Message);
        Assert.Equal(
            $"Load: '{File}' does not fit Sequential; misshapen: fc1.weight [7, 5] where the module has [5, 7]. Make the module with the sizes of the file.",
            Assert.Throws<StateFileException>(() => module.Load(File, strict: false)).Message);
        Assert.Equal(before, module.Parameters.Select(parameter => parameter.Value.ToArray()));
    }

    [Fact]
    public void Not_strict_loads_what_there_is()
    {
        Sequential module = Network(1);
        float[] before = module.Parameters[0].Value.ToArray();
        Dictionary<string, Tensor> tensors = new() { ["fc1.bias"] = Tensor.Full([5], 3), ["other"] = Tensor.Ones([1]) };
        Assert.Equal(
            "Load: the dictionary does not fit Sequential; missing: fc1.weight [5, 7], fc2.weight [3, 5], fc2.bias [3]; unexpected: other [1]. strict: false loads what is there.",
            Assert.Throws<StateFileException>(() => module.Load(tensors)).Message);
        module.Load(tensors, strict: false);
        Assert.Equal([3, 3, 3, 3, 3], module.Parameters[1].Value.ToArray());
        Assert.Equal(before, module.Parameters[0].Value.ToArray());
    }

    [Fact]
    public void A_long_list_is_cut()
    {
        Dictionary<string, Tensor> tensors = Enumerable.Range(0, 1000).ToDictionary(i => $"t{i:D3}", _ => Tensor.Ones([1]));
        string message = Assert.Throws<StateFileException>(() => Network(1).Load(tensors)).Message;
        Assert.Contains("t019 [1] and 980 more", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_or_folder_is_an_error()
    {
        Assert.Throws<FileNotFoundException>(() => Network(1).Load(File));
        string folder = Path.Combine(_folder, "missing");
        string path = Path.Combine(folder, "model.safetensors");
        Assert.Equal(
            $"'{path}' cannot be written: there is no folder '{folder}'. Make it first, or choose another.",
            Assert.Throws<DirectoryNotFoundException>(() => Network(1).Save(path)).Message);
        Assert.Equal($"'{_folder}' cannot be written: it is a folder. Give the name of a file.", Assert.Throws<IOException>(() => Network(1).Save(_folder)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_tensor_that_is_not_asked_for_may_be_of_any_kind()
    {
        byte[] header = System.Text.Encoding.ASCII.GetBytes(
            """{"fc1.bias":{"dtype":"I8","shape":[5],"data_offsets":[8,13]},"other":{"dtype":"C64","shape":[1,1,1,1,1,1,1],"data_offsets":[0,8]},"last":{"dtype":"F4","shape":[2],"data_offsets":[13,14]}}""");
        System.IO.File.WriteAllBytes(File, [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. new byte[8], 1, 2, 3, 4, 0xFF, 0]);
        Sequential module = Network(1);
        Assert.Contains("tensor 'other'", Assert.Throws<StateFileException>(() => module.Load(File)).Message, StringComparison.Ordinal);
        module.Load(File, strict: false);
        Assert.Equal([1, 2, 3, 4, -1], module.Parameters[1].Value.ToArray());
    }

    [Fact]
    public void A_tensor_that_is_passed_over_must_have_offsets_that_hold_together()
    {
        byte[] header = System.Text.Encoding.ASCII.GetBytes("""{"other":{"dtype":"C64","shape":[1],"data_offsets":[8,0]}}""");
        System.IO.File.WriteAllBytes(File, [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. new byte[8]]);
        Assert.Contains("which end before they begin", Assert.Throws<StateFileException>(() => Network(1).Load(File, strict: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_pipe_is_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "mkfifo is not there.");
        Sequential module = Network(1);
        module.Save(File);
        string pipe = Path.Combine(_folder, "pipe");
        using (var maker = System.Diagnostics.Process.Start("mkfifo", pipe))
        {
            await maker.WaitForExitAsync();
        }

        Sequential loaded = Network(2);
        Task writing = Task.Run(() => System.IO.File.WriteAllBytes(pipe, System.IO.File.ReadAllBytes(File)));
        loaded.Load(pipe);
        await writing;
        Assert.Equal(module.Parameters.Select(parameter => parameter.Value.ToArray()), loaded.Parameters.Select(parameter => parameter.Value.ToArray()));
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        System.IO.File.WriteAllText(File, "no tensors here");
        Assert.StartsWith(
            $"SafeTensors: '{File}' cannot be read: its header is ", Assert.Throws<StateFileException>(() => Network(1).Load(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_go_to_npy_files_and_back()
    {
        string file = Path.Combine(_folder, "codes.npy");
        Tensor codes = Tensor.Random([5, 3], new Generator(1));
        Npy.Write(file, codes);
        Assert.Equal(codes.ToArray(), Npy.Read(file).ToArray());
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    private static Sequential Network(ulong seed)
    {
        Generator generator = new(seed);
        return new Sequential(("fc1", new Linear(7, 5, generator)), ("relu", new Relu()), ("fc2", new Linear(5, 3, generator)), ("sigmoid", new Sigmoid()));
    }
}
