using Google.Protobuf;
using Quern.Nn;
using Quern.Onnx.Export;
using Quern.Onnx.Import;
using Quern.Onnx.Schema;
using Quern.Tensors;

namespace Quern.Onnx;

/// <summary>ONNX files: networks written for other programs to run, and networks of other programs read as layers.</summary>
public static class OnnxModel
{
    /// <summary>The version of ONNX's operators that files are written with.</summary>
    public const int Opset = 17;

    // The version of the format that goes with the operators.
    private const int IrVersion = 8;

    /// <summary>Writes what a module computes in evaluation to an ONNX file, whole or not at all: a failure leaves what was there before.</summary>
    /// <param name="module">
    /// A layer of <c>Quern.Nn</c>, or a module of such layers that says what they are by <see cref="ISequentialModule"/>, as
    /// <see cref="Sequential"/> does. It keeps its mode.
    /// </param>
    /// <param name="path">The file to make or replace. Its folder must exist.</param>
    /// <param name="inputShape">
    /// The shape of an input: the first axis is the batch, of any length here, since the file leaves it open: <c>[1, 784]</c>.
    /// </param>
    /// <remarks>
    /// The input is called <c>input</c>, the output <c>output</c>, and each weight as in <see cref="Module.State"/>:
    /// <c>encoder_fc1.weight</c>. Numbers are float32, on whatever device the module is. Dropout, which does nothing in evaluation, leaves no trace.
    /// </remarks>
    /// <exception cref="NotSupportedException">A layer has no ONNX form, such as one of your own, or the weights exceed what a file can hold; the message names the layer.</exception>
    /// <exception cref="ShapeException">A layer does not take its input; the message names the layer.</exception>
    /// <exception cref="IOException">The folder is missing, full or not writable.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public static void ExportOnnx(this Module module, string path, Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (inputShape.Rank == 0)
        {
            throw new ShapeException("ExportOnnx: the input shape is []; its first axis must be the batch, such as [1, 784].");
        }

        ModelProto model = new()
        {
            IrVersion = IrVersion,
            ProducerName = "Quern",
            ProducerVersion = typeof(OnnxModel).Assembly.GetName().Version!.ToString(fieldCount: 3),
            OpsetImport = { new OperatorSetIdProto { Domain = string.Empty, Version = Opset } },
            Graph = NetworkExport.ToGraph(module, inputShape),
        };
        AtomicFile.Write(path, model.WriteTo);
    }

    /// <summary>Reads an ONNX file of a feed-forward network as layers with their weights.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">The device of the parameters and the arithmetic; the CPU if omitted.</param>
    /// <returns>
    /// The network, in training mode as every new module. A layer with weights is called what precedes <c>.weight</c> in the file's names, with
    /// <c>_</c> for each dot, so that a file of <see cref="ExportOnnx"/> gives the names it was written with.
    /// </returns>
    /// <remarks>
    /// The network must be one chain of operators from one input to one output, each with a layer of <c>Quern.Nn</c> that computes the same;
    /// docs/onnx.md lists them. Operator versions 11 to 23. Dropout is left out. A file is not trusted: whatever its bytes, it is read or refused, in memory
    /// proportional to its length.
    /// </remarks>
    /// <exception cref="OnnxException">The file is damaged, or holds what has no layer; the message lists all that.</exception>
    /// <exception cref="IOException">There is no such file, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Sequential Load(string path, Device? device = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] content = File.ReadAllBytes(path);
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(content);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new OnnxException($"'{path}' is no ONNX file, or is cut off: {exception.Message} Get or export it again.", exception);
        }

        return NetworkImport.ToSequential(path, model, content.Length, device ?? Device.Cpu);
    }
}
