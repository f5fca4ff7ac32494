using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Quern.Kernels.Generator;

/// <summary>
/// Finds barriers that only some work-items of a group may reach. A value differs within the group if it comes from the
/// work-item's place, from an element whose index differs, or from a variable written where the control flow differs;
/// a barrier under a condition, in a loop, or after a return, break or continue that depends on such a value is refused.
/// </summary>
internal sealed class BarrierCheck(ProgramTranslator program)
{
    private readonly Dictionary<IMethodSymbol, bool> _hasBarrier = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, bool> _readsPlace = new(SymbolEqualityComparer.Default);
    private readonly HashSet<IMethodSymbol> _underway = new(SymbolEqualityComparer.Default);

    /// <summary>Reports the barriers of a kernel, and of what it calls, that are not safe.</summary>
    public void Check(IOperation kernel)
    {
        if (Any(kernel, HasBarrier))
        {
            new Flow(this, new HashSet<ISymbol>(SymbolEqualityComparer.Default)).Check(kernel);
        }
    }

    private static bool Any(IOperation body, Func<IOperation, bool> condition) => body.DescendantsAndSelf().Any(condition);

    private static bool IsBarrier(IOperation operation)
        => operation is IInvocationOperation { TargetMethod: { Name: "Barrier" } method } && Words.IsWord(method.ContainingType, "Group");

    private static IMethodSymbol? Called(IOperation operation) => operation switch
    {
        IInvocationOperation call when !Words.IsWord(call.TargetMethod.ContainingType) => call.TargetMethod.OriginalDefinition,
        IPropertyReferenceOperation { Property: { GetMethod: { } getter } property } when !Words.IsWord(property.ContainingType) => getter.OriginalDefinition,
        _ => null,
    };

    private bool HasBarrier(IOperation operation) => IsBarrier(operation) || Holds(operation, _hasBarrier, HasBarrier);

    private bool ReadsPlace(IOperation operation)
        => (operation is IPropertyReferenceOperation { Property: var property } && Words.DiffersInGroup(property))
            || (operation is IInvocationOperation { TargetMethod: { } method } && (Words.IsWord(method.ContainingType, "LocalMemory") || Words.IsAtomic(method)))
            || Holds(operation, _readsPlace, ReadsPlace);

    /// <summary>Whether a condition holds somewhere in the method that an operation calls.</summary>
    private bool Holds(IOperation operation, Dictionary<IMethodSymbol, bool> known, Func<IOperation, bool> condition)
    {
        if (Called(operation) is not { } method)
        {
            return false;
        }

        if (!known.TryGetValue(method, out bool result))
        {
            known[method] = false;
            known[method] = result = program.Body(method) is { } body && Any(body, condition);
        }

        return result;
    }

    /// <summary>The walk through one method.</summary>
    private sealed class Flow(BarrierCheck owner, HashSet<ISymbol> differing)
    {
        private readonly Dictionary<IOperation, string> _broken = [];
        private readonly HashSet<(Location, string)> _found = [];
        private string? _returned;
        private bool _changed;

        public void Check(IOperation body)
        {
            do
            {
                _changed = false;
                _returned = null;
                _found.Clear();
                Visit(body, null, []);
            }
            while (_changed);

            foreach ((Location location, string reason) in _found)
            {
                owner.Report(location, reason);
            }
        }

        /// <summary>Walks a statement.</summary>
        /// <param name="operation">The statement.</param>
        /// <param name="reason">Why only some work-items may be here; null if all are.</param>
        /// <param name="breakable">The loops and switches around, outermost first.</param>
        private void Visit(IOperation operation, string? reason, IReadOnlyList<IOperation> breakable)
        {
            reason ??= _returned;
            switch (operation)
            {
                case IConditionalOperation { Type: null } conditional:
                    Effects(conditional.Condition, reason);
                    string? inside = reason ?? Because(conditional.Condition, "the condition");
                    Visit(conditional.WhenTrue, inside, breakable);
                    if (conditional.WhenFalse is { } whenFalse)
                    {
                        Visit(whenFalse, inside, breakable);
                    }

                    break;
                case ISwitchOperation choice:
                    string? chosen = reason ?? Because(choice.Value, "the switch on");
                    foreach (IOperation statement in choice.Cases.SelectMany(section => section.Body))
                    {
                        Visit(statement, chosen, [.. breakable, choice]);
                    }

                    break;
                case IForLoopOperation loop:
                    foreach (IOperation before in loop.Before)
                    {
                        Visit(before, reason, breakable);
                    }

                    Loop(loop, loop.Condition, [loop.Body, .. loop.AtLoopBottom], reason, breakable);
                    break;
                case IWhileLoopOperation loop:
                    Loop(loop, loop.Condition, [loop.Body], reason, breakable);
                    break;
                case IReturnOperation when reason is not null:
                    Effects(operation, reason);
                    foreach (IOperation loop in breakable)
                    {
                        Break(loop, reason);
                    }

                    _returned ??= Left(reason);
                    break;
                case IBranchOperation branch when reason is not null:
                    IOperation? target = breakable.LastOrDefault(candidate => candidate switch
                    {
                        ILoopOperation loop => SymbolEqualityComparer.Default.Equals(loop.ExitLabel, branch.Target)
                            || SymbolEqualityComparer.Default.Equals(loop.ContinueLabel, branch.Target),
                        ISwitchOperation choice => SymbolEqualityComparer.Default.Equals(choice.ExitLabel, branch.Target),
                        _ => false,
                    });
                    if (target is ILoopOperation)
                    {
                        Break(target, reason);
                    }

                    break;
                case IBlockOperation block:
                    foreach (IOperation statement in block.Operations)
                    {
                        Visit(statement, reason, breakable);
                    }

                    break;
                default:
                    Effects(operation, reason);
                    break;
            }
        }

        private void Loop(
            IOperation loop, IOperation? condition, IEnumerable<IOperation> statements, string? reason, IReadOnlyList<IOperation> breakable)
        {
            string? inside = reason
                ?? (condition is null ? null : Because(condition, "the loop's condition"))
                ?? (_broken.TryGetValue(loop, out string? broken) ? broken : null);
            if (condition is not null)
            {
                Effects(condition, inside);
            }

            foreach (IOperation statement in statements)
            {
                Visit(statement, inside, [.. breakable, loop]);
            }
        }

        private void Break(IOperation loop, string reason)
        {
            if (!_broken.ContainsKey(loop))
            {
                _broken.Add(loop, Left(reason));
                _changed = true;
            }
        }

        private static string Left(string reason)
            => reason.StartsWith("some", StringComparison.Ordinal) ? reason : $"some have left where {reason}";

        /// <summary>What a statement writes, and the barriers in it.</summary>
        private void Effects(IOperation operation, string? reason)
        {
            foreach (IOperation part in operation.DescendantsAndSelf())
            {
                switch (part)
                {
                    case IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer() is { } initializer:
                        Write(declarator.Symbol, reason is not null || Differs(initializer.Value));
                        break;
                    case ISimpleAssignmentOperation assignment:
                        Write(Root(assignment.Target), reason is not null || Differs(assignment.Value));
                        break;
                    case ICompoundAssignmentOperation compound:
                        Write(Root(compound.Target), reason is not null || Differs(compound.Value));
                        break;
                    case IIncrementOrDecrementOperation increment:
                        Write(Root(increment.Target), reason is not null);
                        break;
                    case IInvocationOperation call:
                        Call(call, reason);
                        break;
                }
            }
        }

        private void Call(IInvocationOperation call, string? reason)
        {
            bool differs = reason is not null || Differs(call);
            foreach (IArgumentOperation argument in call.Arguments)
            {
                if (argument.Parameter is { RefKind: RefKind.Ref or RefKind.Out })
                {
                    Write(Root(argument.Value), differs);
                }
            }

            if (!owner.HasBarrier(call))
            {
                return;
            }

            if (reason is not null)
            {
                _found.Add((call.Syntax.GetLocation(), reason));
            }
            else if (Called(call) is { } method && owner._underway.Add(method) && owner.Body(method) is { } body)
            {
                var parameters = new HashSet<ISymbol>(
                    call.Arguments.Where(argument => Differs(argument.Value)).Select(argument => argument.Parameter!.OriginalDefinition),
                    SymbolEqualityComparer.Default);
                new Flow(owner, parameters).Check(body);
                owner._underway.Remove(method);
            }
        }

        private string? Because(IOperation value, string what)
            => Differs(value) ? $"{what} '{value.Syntax}' may differ from one to the next" : null;

        /// <summary>Whether a value may differ from one work-item of the group to the next.</summary>
        private bool Differs(IOperation value) => value.DescendantsAndSelf().Any(part => part switch
        {
            ILocalReferenceOperation local => differing.Contains(local.Local),
            IParameterReferenceOperation parameter => differing.Contains(parameter.Parameter.OriginalDefinition),
            _ => owner.ReadsPlace(part),
        });

        private void Write(ISymbol? variable, bool differs)
        {
            if (variable is not null && differs && differing.Add(variable))
            {
                _changed = true;
            }
        }

        private static ISymbol? Root(IOperation target) => target switch
        {
            ILocalReferenceOperation local => local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter.OriginalDefinition,
            IFieldReferenceOperation { Instance: { } instance } => Root(instance),
            IDeclarationExpressionOperation { Expression: ILocalReferenceOperation local } => local.Local,
            _ => null,
        };
    }

    private IOperation? Body(IMethodSymbol method) => program.Body(method);

    private void Report(Location location, string reason) => program.Report(Diagnostics.DivergentBarrier, location, reason);
}
