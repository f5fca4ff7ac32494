using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU.Runtime;
using Quern.Kernels;
using Kernel = Quern.Kernels.Kernel;

namespace Quern.Ilgpu;

/// <summary>A compiled kernel with the code that hands it its arguments: made once, so that a launch allocates nothing here.</summary>
internal sealed class LoadedKernel
{
    private readonly IlgpuDriver _driver;
    private readonly Kernel _kernel;
    private readonly KernelArgument[] _arguments;
    private readonly Action<AcceleratorStream, KernelConfig> _launch;

    /// <summary>Prepares a kernel for launches.</summary>
    /// <param name="driver">The driver whose memory the kernel is given.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="loaded">What ILGPU made of it.</param>
    /// <param name="method">The method it was made of.</param>
    public LoadedKernel(IlgpuDriver driver, Kernel kernel, ILGPU.Runtime.Kernel loaded, MethodInfo method)
    {
        _driver = driver;
        _kernel = kernel;
        ParameterInfo[] parameters = method.GetParameters();
        _arguments = new KernelArgument[parameters.Length];

        // (stream, config) => launcher(stream, config, View<float>(0), Int32(1), …)
        Type[] types = [typeof(AcceleratorStream), typeof(KernelConfig), .. parameters.Select(parameter => parameter.ParameterType)];
        Delegate launcher = loaded.Launcher!.CreateDelegate(Expression.GetDelegateType([.. types, typeof(void)]), loaded);
        ParameterExpression stream = Expression.Parameter(typeof(AcceleratorStream));
        ParameterExpression config = Expression.Parameter(typeof(KernelConfig));
        IEnumerable<Expression> arguments = parameters.Select(parameter => Argument(parameter.ParameterType, parameter.Position));
        _launch = Expression.Lambda<Action<AcceleratorStream, KernelConfig>>(
            Expression.Invoke(Expression.Constant(launcher), [stream, config, .. arguments]), stream, config).Compile();
    }

    /// <summary>Runs the kernel.</summary>
    public void Launch(AcceleratorStream stream, LaunchSize size, ReadOnlySpan<KernelArgument> arguments)
    {
        if (arguments.Length != _arguments.Length)
        {
            throw new ArgumentException($"Launch: {_kernel} takes {_arguments.Length} arguments; {arguments.Length} were given.");
        }

        arguments.CopyTo(_arguments);
        _launch(stream, new KernelConfig(size.GroupsX, size.GroupsY, size.GroupsZ, size.GroupX, size.GroupY, size.GroupZ));

        // Not to keep the memory of the last launch alive.
        Array.Clear(_arguments);
    }

    private MethodCallExpression Argument(Type type, int index)
    {
        MethodInfo reader =
            type == typeof(int) ? ((Func<int, int>)Int32).Method
            : type == typeof(uint) ? ((Func<int, uint>)UInt32).Method
            : type == typeof(long) ? ((Func<int, long>)Int64).Method
            : type == typeof(float) ? ((Func<int, float>)Single).Method
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>)
                ? ((Func<int, ArrayView<byte>>)View<byte>).Method.GetGenericMethodDefinition().MakeGenericMethod(type.GetGenericArguments())
            : ((Func<int, byte>)Value<byte>).Method.GetGenericMethodDefinition().MakeGenericMethod(type);
        return Expression.Call(Expression.Constant(this), reader, Expression.Constant(index));
    }

    private ArrayView<T> View<T>(int index)
        where T : unmanaged
        => _driver.ViewOf<T>(in _arguments[index]);

    private T Value<T>(int index)
        where T : unmanaged
    {
        T value = default;
        _arguments[index].CopyValueTo(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }

    private int Int32(int index) => _arguments[index].Int32;

    private uint UInt32(int index) => _arguments[index].UInt32;

    private long Int64(int index) => _arguments[index].Int64;

    private float Single(int index) => _arguments[index].Single;
}
