using Quern.Tensors;

namespace Quern.Nn;

// What a module is made of: its parameters, its buffers and the modules below it.
public abstract partial class Module
{
    private readonly List<KeyValuePair<string, Parameter>> _parameters = [];
    private readonly List<KeyValuePair<string, BufferTensor>> _buffers = [];
    private readonly List<KeyValuePair<string, Module>> _children = [];
    private readonly List<Module> _followers = [];
    private Parameter[]? _allParameters;
    private int _registrationsListed;

    /// <summary>The parameters of this module and of its children, in the order of registration, each once.</summary>
    /// <exception cref="InvalidOperationException">A layer is part of the module in two places.</exception>
    public IReadOnlyList<Parameter> Parameters => AllParameters();

    /// <summary>The parameters with their names; a child's are preceded by its own name and a dot: <c>encoder_fc1.weight</c>.</summary>
    /// <exception cref="InvalidOperationException">A layer is part of the module in two places.</exception>
    public IEnumerable<KeyValuePair<string, Parameter>> NamedParameters => Named(module => module._parameters);

    /// <summary>The tensors that belong to the state besides parameters, named in the same way: <c>norm.running_mean</c>.</summary>
    /// <exception cref="InvalidOperationException">A layer is part of the module in two places.</exception>
    public IEnumerable<KeyValuePair<string, BufferTensor>> NamedBuffers => Named(module => module._buffers);

    /// <summary>This module, of the empty name, and all that it is made of with their names: <c>encoder_fc1</c>. Each comes before those below it.</summary>
    /// <exception cref="InvalidOperationException">A layer is part of the module in two places.</exception>
    public IEnumerable<KeyValuePair<string, Module>> NamedModules => Tree();

    /// <summary>Makes a parameter part of this module.</summary>
    /// <param name="name">Its name within the module, without a dot: <c>weight</c>.</param>
    /// <param name="value">Its initial value.</param>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken.</exception>
    protected Parameter RegisterParameter(string name, Tensor value)
    {
        CheckName(name);
        Parameter parameter = new(value);
        _parameters.Add(KeyValuePair.Create(name, parameter));
        return parameter;
    }

    /// <summary>Makes a tensor part of this module's state: state files keep it, optimizers leave it alone.</summary>
    /// <param name="name">Its name within the module, without a dot: <c>running_mean</c>.</param>
    /// <param name="value">Its initial value, which the module changes in place.</param>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken.</exception>
    protected BufferTensor RegisterBuffer(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        CheckName(name);
        BufferTensor buffer = new(value);
        _buffers.Add(KeyValuePair.Create(name, buffer));
        return buffer;
    }

    /// <summary>Makes another module part of this one.</summary>
    /// <param name="name">Its name within the module, without a dot: <c>encoder_fc1</c>.</param>
    /// <param name="child">The other module.</param>
    /// <exception cref="ArgumentException">
    /// The name is empty, has a dot, or is taken; or the child, or a module at any depth within it, is part of this module already.
    /// </exception>
    protected T Register<T>(string name, T child)
        where T : Module
    {
        ArgumentNullException.ThrowIfNull(child);
        CheckName(name);
        CheckApart(name, child);
        _children.Add(KeyValuePair.Create(name, (Module)child));
        child._name ??= name;
        return child;
    }

    /// <summary>
    /// Lets another module follow this one into <see cref="Train"/> and <see cref="Eval"/> without becoming part of its names: for layers
    /// without parameters, and for a <see cref="Sequential"/> of layers that are registered here one by one.
    /// </summary>
    /// <param name="module">The other module.</param>
    protected T Follow<T>(T module)
        where T : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        _followers.Add(module);
        return module;
    }

    private static string Join(string place, string name) => place.Length == 0 ? name : name.Length == 0 ? place : $"{place}.{name}";

    private Parameter[] AllParameters()
    {
        // A module below may have got more since they were listed.
        int registrations = CountRegistrations();
        if (_allParameters is null || _registrationsListed != registrations)
        {
            _allParameters = [.. NamedParameters.Select(named => named.Value)];
            _registrationsListed = registrations;
        }

        return _allParameters;
    }

    // Registrations are never taken back, so that each changes the number.
    private int CountRegistrations()
    {
        int count = _parameters.Count + _buffers.Count + _children.Count;
        foreach (KeyValuePair<string, Module> child in _children)
        {
            count += child.Value.CountRegistrations();
        }

        return count;
    }

    private IEnumerable<KeyValuePair<string, T>> Named<T>(Func<Module, List<KeyValuePair<string, T>>> own) =>
        Tree().SelectMany(part => own(part.Value).Select(named => KeyValuePair.Create(Join(part.Key, named.Key), named.Value)));

    // This module, of the empty name, and all below it, each before those it is made of.
    private List<KeyValuePair<string, Module>> Tree()
    {
        List<KeyValuePair<string, Module>> tree = [];
        Dictionary<Module, string> places = new(ReferenceEqualityComparer.Instance);
        Add(string.Empty, this);
        return tree;

        void Add(string place, Module module)
        {
            // Register finds most of these; not a layer that a module got after it became part of another.
            if (!places.TryAdd(module, place))
            {
                throw new InvalidOperationException(UsedTwice(place, places[module], module));
            }

            tree.Add(KeyValuePair.Create(place, module));
            foreach ((string name, Module child) in module._children)
            {
                Add(Join(place, name), child);
            }
        }
    }

    private string UsedTwice(string place, string first, Module layer) =>
        $"{GetType().Name}: '{place}' is a layer that is already part of this module, as '{first}'; a layer remembers one forward pass, so each place needs a layer of its own. Make a second {layer.GetType().Name}.";

    private void CheckApart(string name, Module child)
    {
        Dictionary<Module, string> places = new(Tree().Select(part => KeyValuePair.Create(part.Value, part.Key)), ReferenceEqualityComparer.Instance);
        foreach ((string below, Module module) in child.Tree())
        {
            if (places.TryGetValue(module, out string? first))
            {
                string place = Join(name, below);
                string problem = module == this ? $"{GetType().Name}: '{place}' would be this module itself. A module cannot be part of itself." : UsedTwice(place, first, module);
                throw new ArgumentException(problem, nameof(child));
            }
        }
    }

    private void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        bool taken = _parameters.Any(named => named.Key == name)
            || _buffers.Any(named => named.Key == name)
            || _children.Any(named => named.Key == name);
        if (taken || name.Contains('.'))
        {
            throw new ArgumentException(
                $"{GetType().Name}: the name '{name}' {(taken ? "is taken" : "has a dot, which separates a child's name from its parameter's")}. Choose another.", nameof(name));
        }
    }
}
