using System.Diagnostics;

namespace Quern.Tensors;

// What a debugger shows: shape and device at once, the numbers where it is opened.
[DebuggerDisplay("{DebuggerText,nq}")]
[DebuggerTypeProxy(typeof(DebuggerView))]
public sealed partial class Tensor
{
    private string DebuggerText => ElementCount == 1 ? ToString() : $"Tensor {Shape} {Device}";

    internal sealed class DebuggerView(Tensor tensor)
    {
        public Shape Shape => tensor.Shape;

        public Device Device => tensor.Device;

        /// <summary>A number, an array, an array with two axes, or the tensors along the outermost axis.</summary>
        public object Values => tensor.Rank switch
        {
            0 => tensor.Item(),
            1 => tensor.ToArray(),
            2 => Matrix(),
            _ => Enumerable.Range(0, tensor.Shape[0]).Select(i => tensor.Row(i)).ToArray(),
        };

        private float[,] Matrix()
        {
            float[] numbers = tensor.ToArray();
            float[,] matrix = new float[tensor.Shape[0], tensor.Shape[1]];
            Buffer.BlockCopy(numbers, 0, matrix, 0, numbers.Length * sizeof(float));
            return matrix;
        }
    }
}
