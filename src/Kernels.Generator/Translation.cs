namespace Quern.Kernels.Generator;

/// <summary>A translated kernel or operator, or the reasons why there is none.</summary>
/// <param name="Model">What was translated; null if <paramref name="Diagnostics"/> say why not.</param>
/// <param name="Diagnostics">Why it cannot be in OpenCL C.</param>
/// <param name="ForIlgpu">What ILGPU would translate wrongly.</param>
internal sealed record Translation<TModel>(TModel? Model, EquatableArray<DiagnosticInfo> Diagnostics, EquatableArray<DiagnosticInfo> ForIlgpu)
    where TModel : class
{
    /// <summary>What a translator has made, with what it reported.</summary>
    public Translation(TModel? model, ProgramTranslator program)
        : this(model, new EquatableArray<DiagnosticInfo>(program.Diagnostics), new EquatableArray<DiagnosticInfo>(program.DiagnosticsForIlgpu))
    {
    }

    /// <summary>The same for a project whose kernels ILGPU compiles as well, or for one whose kernels it does not.</summary>
    public Translation<TModel> For(bool ilgpu) => ilgpu && ForIlgpu.Count > 0
        ? new(null, Diagnostics.With(ForIlgpu), default)
        : this with { ForIlgpu = default };
}
