using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Quern.Kernels.OpenCl;
using Quern.Mnist;
using Quern.Mnist.Data;
using Quern.MnistAutoencoder.Commands;
using Quern.Nn;
using Quern.Tensors;

namespace Quern.MnistAutoencoder;

/// <summary>What the program takes, and what it answers: 0 done, 1 failed while training, 2 bad input, 129, 130 or 143 stopped by a signal.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadInput = 2;

    private const string Description = """
        Trains an autoencoder: images of 28x28 pixels are squeezed into a few numbers and drawn again from them.

        Without options it trains 12 epochs on MNIST, which it downloads and keeps; where there is no network it draws digits itself. It leaves model.safetensors, history.json, history.csv, reconstructions.png, training.svg and report.html, and checkpoints to go on from.
        """;

    private const string Examples = """
        Examples:
          MnistAutoencoder                                       MNIST, or synthetic digits where it cannot be had
          MnistAutoencoder --epochs 3 --out runs/short           three epochs, into a folder of your choice
          MnistAutoencoder --data ~/kmnist --bottleneck 16       four IDX files of your own, half as many numbers
          MnistAutoencoder --dataset fashion-mnist --lr 0.0005   clothes, in smaller steps
          MnistAutoencoder --model conv --schedule cosine        convolutions: slower, and less error
          MnistAutoencoder --model conv --denoise gaussian:0.3   learns to remove noise
          MnistAutoencoder --model vae --bottleneck 16           draws digits that nobody wrote
          MnistAutoencoder --resume runs/short --epochs 12       on to twelve, as if it had never stopped
          MnistAutoencoder --serve --patience 3                  watch it in a browser; ends when nothing more is gained
          mpirun.mpich -n 4 dotnet MnistAutoencoder.dll --distributed
                                                                 four processes, of a quarter of each batch
          MnistAutoencoder report compare runs/* --out all.html  the runs so far on one page
          MnistAutoencoder devices                               what there is for --device

        """;

    public static int Run(string[] args)
    {
        // A name that begins with @ is a name, not a file of arguments.
        ParserConfiguration configuration = new() { ResponseFileTokenReplacer = null };
        var parsed = Root().Parse(args, configuration);
        if (parsed.Errors.Count > 0 && args.Any(argument => argument is "-h" or "-?" or "--help"))
        {
            // Whoever asks for help gets it, whatever else is wrong with the line, even where the word was taken for the value of an option.
            parsed = Root().Parse([.. Words(parsed.CommandResult), "--help"], configuration);
        }

        if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
        {
            return Fail(BadInput, parsed.Errors[0].Message);
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception error) when (IsBadInput(error))
        {
            return Fail(BadInput, error.Message);
        }
    }

    /// <summary>Whether an exception says in its message all that the user has to know.</summary>
    public static bool IsBadInput(Exception error) => error is DatasetException or DeviceException or OpenClException or StateFileException or BadInputException;

    /// <summary>Says what is wrong, in one line.</summary>
    public static int Fail(int exitCode, string message)
    {
        Console.Error.WriteLine("error: " + PrintableText.OnOneLine(message));
        return exitCode;
    }

    // The words that lead to a command.
    private static IEnumerable<string> Words(CommandResult command) =>
        command.Parent is CommandResult parent ? Words(parent).Append(command.Command.Name) : [];

    private static RootCommand Root()
    {
        var devices = new Command("devices", "List the devices of this machine.");
        devices.SetAction(_ => ListDevices());
        var root = new RootCommand(Description) { ReconstructCommand.Create(), EncodeCommand.Create(), DecodeCommand.Create(), ReportCommand.Create(), AblationCommand.Create(), devices };
        TrainOptions.AddTo(root);
        root.SetAction(parsed => TrainCommand.Run(TrainOptions.Read(parsed)));
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }

    private static int ListDevices()
    {
        foreach (var device in Device.All)
        {
            Console.WriteLine(PrintableText.Of($"{device.Name,-16}{device.Description}{(device == Device.Best() ? " (auto)" : "")}"));
        }

        foreach ((string kind, string reason) in Device.Unavailable)
        {
            Console.WriteLine(PrintableText.Of($"{kind,-16}none: {reason}"));
        }

        return Done;
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        // What is required and missing is no error beside help.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int result = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RootCommand)
            {
                parseResult.InvocationConfiguration.Output.Write(Examples);
            }

            return result;
        }
    }
}
