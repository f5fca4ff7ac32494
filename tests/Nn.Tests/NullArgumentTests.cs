using System.Reflection;
using System.Runtime.CompilerServices;
using Quern.Kernels.Operators;
using Quern.Nn.Tests.Distributed;
using Quern.Tensors;

namespace Quern.Nn.Tests;

/// <summary>
/// Every public or protected member of Quern.Tensors and Quern.Nn, given null for a parameter that takes no null, throws
/// <see cref="ArgumentNullException"/> with the parameter's name. Members that come later are found by reflection.
/// </summary>
public sealed class NullArgumentTests : IDisposable
{
    private static readonly Assembly[] Assemblies = [typeof(Tensor).Assembly, typeof(Module).Assembly];

    private static readonly string[] TypeNames =
    [
        .. Assemblies.SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => !typeof(Exception).IsAssignableFrom(type) && !typeof(Delegate).IsAssignableFrom(type) && !type.IsEnum)
            .Append(typeof(Custom)).Select(type => type.FullName!),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("quern-null-").FullName;

    public static TheoryData<string> Types => [.. TypeNames];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Types))]
    public void Null_is_refused_by_name(string typeName)
    {
        Type type = Find(typeName);
        List<string> failures = [];
        foreach (MethodBase member in Members(type))
        {
            ParameterInfo[] parameters = member.GetParameters();
            for (int i = 0; i < parameters.Length; i++)
            {
                if (RefusesNull(parameters[i]) && Problem(type, member, parameters, i) is { } problem)
                {
                    failures.Add($"{type.Name}.{member.Name}({string.Join(", ", parameters.Select(parameter => parameter.Name))}): {problem}");
                }
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public void There_are_hundreds_of_such_parameters() => Assert.InRange(
        TypeNames.SelectMany(name => Members(Find(name))).Sum(member => member.GetParameters().Count(RefusesNull)), 200, int.MaxValue);

    // A generic type is tried with types that its parameters may stand for.
    private static Type Find(string name)
    {
        Type type = Assemblies.Append(typeof(Custom).Assembly).Select(assembly => assembly.GetType(name)).Single(type => type is not null)!;
        return type.IsGenericTypeDefinition && type.GetGenericArguments() is var parameters && parameters.All(IsOperator)
            ? type.MakeGenericType([.. parameters.Select(TypeArgument)])
            : type;
    }

    // What a type declares, and what a concrete one inherits: an abstract type's members are tried on those that derive from it. Reflection
    // passes no spans.
    private static IEnumerable<MethodBase> Members(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        IEnumerable<MethodBase> constructors = type.IsAbstract ? [] : type.GetConstructors(All & ~BindingFlags.Static);
        return constructors.Concat(type.GetMethods(All).Where(method => !method.IsAbstract && (method.IsStatic ? method.DeclaringType == type : !type.IsAbstract)))
            .Where(member => !member.GetParameters().Any(parameter => parameter.ParameterType.IsByRefLike) && (member.IsPublic || member.IsFamily || member.IsFamilyOrAssembly) && Assemblies.Contains(member.DeclaringType!.Assembly)
                && !member.IsDefined(typeof(CompilerGeneratedAttribute)));
    }

    private static bool RefusesNull(ParameterInfo parameter) =>
        !parameter.ParameterType.IsValueType && !parameter.ParameterType.IsByRef
        && new NullabilityInfoContext().Create(parameter).WriteState != NullabilityState.Nullable;

    private static bool IsOperator(Type parameter) => parameter.GetGenericParameterConstraints().Any(typeof(IOperator).IsAssignableFrom);

    // A type that a type parameter may stand for: the first operator of its kind.
    private static Type TypeArgument(Type parameter) =>
        IsOperator(parameter)
            ? typeof(IOperator).Assembly.GetExportedTypes().First(type => type is { IsValueType: true, IsGenericType: false }
                && parameter.GetGenericParameterConstraints().All(constraint => constraint.IsAssignableFrom(type)))
        : typeof(Module).IsAssignableFrom(parameter.BaseType) ? typeof(Relu)
        : typeof(float);

    // What happens when one parameter is null, if it is not what should.
    private string? Problem(Type type, MethodBase member, ParameterInfo[] parameters, int nullAt)
    {
        object?[] arguments = [.. parameters.Select((parameter, i) => i == nullAt ? null : Sample(parameter))];
        object? instance = member is ConstructorInfo || member.IsStatic ? null : Instance(type);
        MethodBase callable = member is MethodInfo { IsGenericMethodDefinition: true } generic
            ? generic.MakeGenericMethod([.. generic.GetGenericArguments().Select(TypeArgument)])
            : member;
        try
        {
            _ = callable is ConstructorInfo constructor ? constructor.Invoke(arguments) : callable.Invoke(instance, arguments);
            return $"takes null for {parameters[nullAt].Name}";
        }
        catch (TargetInvocationException error) when (error.InnerException is ArgumentNullException refused)
        {
            return refused.ParamName == parameters[nullAt].Name ? null : $"names {refused.ParamName} where {parameters[nullAt].Name} is null";
        }
        catch (TargetInvocationException error)
        {
            return $"throws {error.InnerException!.GetType().Name} where {parameters[nullAt].Name} is null";
        }
    }

    private object? Sample(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        return parameter.HasDefaultValue && (parameter.DefaultValue is not null || !type.IsValueType || Nullable.GetUnderlyingType(type) is not null) ? parameter.DefaultValue
            : type == typeof(string) ? parameter.Name == "path" ? Path.Combine(_folder, "file") : "name"
            : type == typeof(int) ? 2
            : type == typeof(long) ? 2L
            : type == typeof(float) ? 0.5f
            : type == typeof(double) ? 0.5
            : type == typeof(Size2d) ? new Size2d(1, 1)
            : type == typeof(Shape) ? Shape.Create([2, 3])
            : type.IsValueType ? Activator.CreateInstance(type)
            : type == typeof(Tensor) ? Tensor.Ones([2, 3])
            : type == typeof(Generator) ? new Generator(1)
            : type == typeof(Device) ? Device.Cpu
            : type == typeof(Module) || type.BaseType == typeof(Module) ? new Relu()
            : type == typeof(Optimizer) ? Instance(typeof(Adam))
            : type == typeof(Schedule) ? Instance(typeof(StepSchedule))
            : type == typeof(Loss) ? new MseLoss()
            : type == typeof(BatchSource) ? Instance(typeof(DataLoader))
            : type == typeof(TensorDataset) ? Instance(type)
            : type == typeof(ProcessGroup) ? ThreadProcessGroup.Alone
            : type == typeof(TextReader) ? new StringReader("name\n1\n")
            : type == typeof(Stream) ? new MemoryStream()
            : type == typeof(Action<Stream>) ? new Action<Stream>(_ => { })
            : type == typeof(DeviceMemory<byte>) ? Device.Cpu.Allocate<byte>(6)
            : type == typeof(DeviceMemory<int>) ? Device.Cpu.Allocate<int>(2)
            : type.IsAssignableFrom(typeof(Parameter[])) ? new[] { new Parameter(Tensor.Ones([2])) }
            : type.IsAssignableFrom(typeof(Dictionary<string, Tensor>)) ? new Dictionary<string, Tensor>()
            : type.IsAssignableFrom(typeof(Dictionary<string, string>)) ? new Dictionary<string, string>()
            : throw new InvalidOperationException($"There is no sample of {type}: add one to this test.");
    }

    // Modules have been run once, so that a backward pass gets to look at its argument.
    private object Instance(Type type)
    {
        Generator random = new(1);
        Parameter[] parameters = [new(Tensor.Ones([2]))];
        Tensor pictures = Tensor.Ones([2, 3, 4, 4]);
        return type.Name switch
        {
            nameof(Tensor) => Tensor.Ones([2, 3]),
            nameof(Generator) => random,
            nameof(CpuDevice) => Device.Cpu,
            // What it refuses, it refuses before it asks its driver.
            nameof(GpuDevice) => RuntimeHelpers.GetUninitializedObject(type),
            "DeviceMemory`1" => Device.Cpu.Allocate<float>(2),
            nameof(Custom) => new Custom(),
            nameof(Linear) => Run(new Linear(3, 2, random), Tensor.Ones([2, 3])),
            nameof(Conv2d) => Run(new Conv2d(3, 2, 3, random), pictures),
            nameof(Conv1d) => Run(new Conv1d(3, 2, 3, random), Tensor.Ones([2, 3, 4])),
            nameof(MaxPool1d) => Run(new MaxPool1d(2), Tensor.Ones([2, 3, 4])),
            nameof(AvgPool2d) => Run(new AvgPool2d(2), pictures),
            nameof(ConvTranspose2d) => Run(new ConvTranspose2d(3, 2, 3, random), pictures),
            nameof(BatchNorm1d) => Run(new BatchNorm1d(3), Tensor.Ones([2, 3])),
            nameof(BatchNorm2d) => Run(new BatchNorm2d(3), pictures),
            nameof(LayerNorm) => Run(new LayerNorm([3]), Tensor.Ones([2, 3])),
            nameof(Concat) => Run(new Concat(1, new Relu()), Tensor.Ones([2, 3])),
            nameof(Split) => Run(new Split(1, new Relu()), Tensor.Ones([2, 3])),
            nameof(MultiheadAttention) => Run(new MultiheadAttention(2, 1, random), Tensor.Ones([2, 3, 2])),
            nameof(GroupNorm) => Run(new GroupNorm(1, 3), Tensor.Ones([2, 3])),
            nameof(MaxPool2d) => Run(new MaxPool2d(2), pictures),
            nameof(Upsample) => Run(new Upsample(2), pictures),
            nameof(Unflatten) => Run(new Unflatten([3, 1]), Tensor.Ones([2, 3])),
            nameof(Dropout) => Run(new Dropout(random), Tensor.Ones([2, 3])),
            nameof(Sequential) => new Sequential(Array.Empty<Module>()),
            nameof(TensorDataset) => new TensorDataset(Tensor.Ones([2, 3]), Tensor.Ones([2])),
            nameof(DataLoader) => new DataLoader((TensorDataset)Instance(typeof(TensorDataset)), 2),
            nameof(Trainer) => new Trainer(new Linear(3, 2, random), new MseLoss(), new Adam(parameters)),
            nameof(ConfusionMatrix) => new ConfusionMatrix(2),
            nameof(CsvTable) => CsvTable.Parse(new StringReader("name\n1\n")),
            nameof(Size2d) => new Size2d(1, 1),
            nameof(Parameter) => parameters[0],
            nameof(CosineSchedule) => new CosineSchedule(new Sgd(parameters), 2),
            nameof(StepSchedule) => new StepSchedule(new Sgd(parameters), 2),
            nameof(WarmUpSchedule) => new WarmUpSchedule(new Sgd(parameters), 2),
            _ when typeof(Module).IsAssignableFrom(type) => Run((Module)Default(type), Tensor.Ones([2, 3])),
            _ => Default(type),
        };
    }

    private static Module Run(Module module, Tensor input)
    {
        module.Forward(input);
        return module;
    }

    // By the constructor with the most defaults.
    private object Default(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().MinBy(candidate => candidate.GetParameters().Count(parameter => !parameter.HasDefaultValue))!;
        return constructor.Invoke([.. constructor.GetParameters().Select(Sample)]);
    }

    private sealed class Custom : Module
    {
        public override Tensor Forward(Tensor input) => input;

        public override Tensor Backward(Tensor outputGradient) => outputGradient;
    }
}
