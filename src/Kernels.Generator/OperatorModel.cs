namespace Quern.Kernels.Generator;

/// <summary>An operator's translation.</summary>
/// <param name="Namespace">The operator's namespace; empty for none.</param>
/// <param name="Types">The operator and the types around it, outermost first, as another part of them is declared.</param>
/// <param name="FullName">The operator's C# name.</param>
/// <param name="Name">The operator's name in OpenCL C.</param>
/// <param name="Functions">The functions, each after those that it calls.</param>
/// <param name="Uses">The other operators whose formulas they call, as C# names them.</param>
internal sealed record OperatorModel(
    string Namespace,
    EquatableArray<string> Types,
    string FullName,
    string Name,
    EquatableArray<OperatorFunctionModel> Functions,
    EquatableArray<string> Uses);

/// <summary>One function of OpenCL C.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Text">Its whole text.</param>
internal sealed record OperatorFunctionModel(string Name, string Text);
