namespace Cora.Build.Terraform;

/// <summary>
/// The Terraform of a directory: all of its <c>*.tf</c> files, with what override files change. Files in JSON syntax (<c>*.tf.json</c>) are not read. It is read as a
/// whole even where single files have faults.
/// </summary>
public sealed class TerraformModule
{
    private readonly ILookup<(bool IsData, string Type), TerraformResource> _resources;
    private readonly Dictionary<string, TerraformVariable> _variables;
    private readonly Dictionary<string, HclArgument> _locals;
    private readonly IReadOnlyDictionary<string, Value>? _arguments;
    private readonly Lock _evaluating = new();
    private Evaluator? _evaluator;

    private TerraformModule(string directory, IReadOnlyList<HclFile> files)
    {
        (Directory, Files) = (directory, files);
        var blocks = OverrideFiles.Apply(files).ToLookup(block => block.Type, StringComparer.Ordinal);
        _variables = ByName(blocks["variable"].Where(HasName).Select(block => new TerraformVariable(block)), variable => variable.Name);
        _locals = ByName(blocks["locals"].SelectMany(block => block.Body.Arguments), local => local.Name);
        Variables = [.. _variables.Values];
        Outputs = [.. blocks["output"].Where(HasName).Select(block => new TerraformOutput(block))];
        AllResources = [.. blocks["resource"].Concat(blocks["data"]).Where(block => block.Labels.Count >= 2).Select(block => new TerraformResource(block))];
        ModuleCalls = [.. blocks["module"].Where(HasName).Select(block => new TerraformModuleCall(block))];
        Providers = [.. blocks["provider"]];
        Settings = [.. blocks["terraform"]];
        _resources = AllResources.ToLookup(resource => (resource.IsData, resource.Type));

        static bool HasName(HclBlock block) => block.Labels.Count > 0;
        static Dictionary<string, T> ByName<T>(IEnumerable<T> items, Func<T, string> name) => items.DistinctBy(name, StringComparer.Ordinal).ToDictionary(name, StringComparer.Ordinal);
    }

    private TerraformModule(TerraformModule module, IReadOnlyDictionary<string, Value> arguments)
    {
        (Directory, Files, RootDirectory, _arguments) = (module.Directory, module.Files, module.RootDirectory, arguments);
        (HasOthers, HasOverrides) = (module.HasOthers, module.HasOverrides);
        (_variables, _locals, _resources, Variables, Outputs) = (module._variables, module._locals, module._resources, module.Variables, module.Outputs);
        (AllResources, ModuleCalls, Providers, Settings) = (module.AllResources, module.ModuleCalls, module.Providers, module.Settings);
    }

    /// <summary>Full path.</summary>
    public string Directory { get; }

    /// <summary>Full path of the directory that Terraform is run in, when it is known; <c>path.root</c>.</summary>
    public string? RootDirectory { get; init; }

    /// <summary>In the order in which they were given.</summary>
    public IReadOnlyList<HclFile> Files { get; }

    /// <summary>Of all files.</summary>
    public IEnumerable<HclFault> Faults => Files.SelectMany(file => file.Faults);

    /// <summary>Whether there are files of the directory that were not read, and may say more.</summary>
    public bool HasOthers { get; init; }

    /// <summary>Whether there are files of the directory that were not read, and may say something else of what is here.</summary>
    public bool HasOverrides { get; init; }

    /// <summary>Whether what is not here is not in the directory.</summary>
    public bool IsWhole => !HasOthers && Files.All(file => file.Faults.Count == 0);

    /// <summary>In the order of the files. Of several with the same name the first.</summary>
    public IReadOnlyList<TerraformVariable> Variables { get; }

    /// <summary>In the order of the files. Of several with the same name the first.</summary>
    public IReadOnlyCollection<HclArgument> Locals => _locals.Values;

    /// <summary>In the order of the files.</summary>
    public IReadOnlyList<TerraformOutput> Outputs { get; }

    /// <summary>Resources in the order of the files, and then the data sources.</summary>
    public IReadOnlyList<TerraformResource> AllResources { get; }

    /// <summary><c>module</c> blocks, in the order of the files.</summary>
    public IReadOnlyList<TerraformModuleCall> ModuleCalls { get; }

    /// <summary><c>provider</c> blocks.</summary>
    public IReadOnlyList<HclBlock> Providers { get; }

    /// <summary><c>terraform</c> blocks.</summary>
    public IReadOnlyList<HclBlock> Settings { get; }

    /// <summary>Reads the files of a directory, in ordinal order.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static TerraformModule Read(string directory)
    {
        var others = System.IO.Directory.EnumerateFiles(directory, "*.tf.json").Select(path => Path.GetFileName(path)).ToList();
        // A file without bytes is not opened: it may be a pipe, which would be waited for.
        return new(directory, [.. System.IO.Directory.GetFiles(directory, "*.tf").Order(StringComparer.Ordinal).Select(path => HclFile.Read(path, new FileInfo(path).Length == 0 ? [] : File.ReadAllBytes(path)))])
        {
            HasOthers = others.Count > 0,
            HasOverrides = others.Exists(name => name == "override.tf.json" || name.EndsWith("_override.tf.json", StringComparison.Ordinal)),
        };
    }

    /// <summary>A module of files that are read already.</summary>
    /// <param name="directory">Full path of the directory that they are in.</param>
    /// <param name="files">In order.</param>
    public static TerraformModule Of(string directory, IReadOnlyList<HclFile> files) => new(directory, files);

    /// <summary>Whether all of a block is here: nothing in it could not be read, and no other file changes it.</summary>
    public bool IsIntact(HclBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return !HasOverrides && !Files.Any(file => file.Faults.Count > 0 && (OverrideFiles.IsOverride(file) || file.Path == block.Place.File
            && file.Faults.Any(fault => fault.Place.Span.Start >= block.Place.Span.Start && fault.Place.Span.Start <= block.Place.Span.End)));
    }

    /// <summary>The variable of a name; null where it is not declared.</summary>
    public TerraformVariable? Variable(string name) => _variables.GetValueOrDefault(name);

    /// <summary>The local value of a name; null where there is none.</summary>
    public HclArgument? Local(string name) => _locals.GetValueOrDefault(name);

    /// <summary>The output of a name; null where there is none.</summary>
    public TerraformOutput? Output(string name) => Outputs.FirstOrDefault(output => output.Name == name);

    /// <summary>The resources of a type, such as <c>aws_lambda_function</c>, in the order of the files.</summary>
    public IEnumerable<TerraformResource> Resources(string type) => _resources[(false, type)];

    /// <summary>The data sources of a type, in the order of the files.</summary>
    public IEnumerable<TerraformResource> DataSources(string type) => _resources[(true, type)];

    /// <summary>The resource or data source that a reference leads to; null where there is none.</summary>
    public TerraformResource? Resource(ReferenceValue reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference.Kind is ReferenceKind.Resource or ReferenceKind.Data
            ? _resources[(reference.Kind == ReferenceKind.Data, reference.Type)].FirstOrDefault(resource => resource.Name == reference.Name)
            : null;
    }

    /// <summary>
    /// The same module as a call of it sees it: variables have the values that it passes, and all others exactly their defaults. Without arguments, a default counts as
    /// the value as long as no caller says otherwise, marked <see cref="Value.IsDefault"/>; a default that is null or empty stands for a value that callers pass, so the
    /// variable is one of both; and a condition that depends on a default is taken both ways.
    /// </summary>
    /// <param name="arguments">By the variables' names.</param>
    public TerraformModule With(IReadOnlyDictionary<string, Value> arguments) => new(this, arguments);

    /// <summary>What an expression comes to. It never fails: what cannot be known is unknown. For several threads at once, one after the other.</summary>
    /// <param name="expression">Of a file of this module. Null is a null value, so that the argument that is not set need not be looked at.</param>
    /// <param name="instance">Of the resource that the expression is in, for <c>each</c> and <c>count</c>; see <see cref="InstancesOf(HclBody)"/>.</param>
    public Value Evaluate(HclExpression? expression, TerraformInstance? instance = null)
    {
        if (expression is null) return new NullValue();
        lock (_evaluating)
        {
            _evaluator ??= new Evaluator(this, _arguments);
            return _evaluator.Evaluate(expression, instance);
        }
    }

    /// <summary>What an argument of a body comes to; a null value where it is not set.</summary>
    public Value Evaluate(HclBody body, string argument, TerraformInstance? instance = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Evaluate(body.Argument(argument)?.Value, instance);
    }

    /// <summary>
    /// What <c>count</c> or <c>for_each</c> makes of a block: one instance without key when it has neither; none when there are none; one whose key is not known when
    /// nobody knows how many there are.
    /// </summary>
    public IReadOnlyList<TerraformInstance> InstancesOf(HclBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (body.Argument("count") is { } count)
        {
            return Evaluate(count.Value) switch
            {
                NumberValue { Value: >= 0 and <= 1000 } number => [.. Enumerable.Range(0, (int)number.Value).Select(index => new TerraformInstance(new NumberValue(index), null))],
                _ => [TerraformInstance.Unknown],
            };
        }
        return body.Argument("for_each") is { } each ? InstancesOf(Evaluate(each.Value)) : [new TerraformInstance(null, null)];
    }

    /// <summary>What a <c>dynamic</c> block makes: one instance for each element. Any other block is one.</summary>
    /// <param name="block">One of <see cref="HclBody.BlocksOf"/>.</param>
    /// <param name="outer">Of what the block is in.</param>
    public IReadOnlyList<TerraformInstance> InstancesOf(HclBlock block, TerraformInstance? outer)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (block.Dynamic is not { } dynamic) return [outer ?? new TerraformInstance(null, null)];
        if (Evaluator.Elements(Evaluate(dynamic.ForEach, outer)) is not { } elements) return [TerraformInstance.Unknown with { Iterator = dynamic.Iterator, Outer = outer }];
        return [.. elements.Select(element => new TerraformInstance(element.Key, element.Value) { Iterator = dynamic.Iterator, Outer = outer })];
    }

    private static IReadOnlyList<TerraformInstance> InstancesOf(Value collection) => collection switch
    {
        ObjectValue { IsComplete: true } map => [.. map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new TerraformInstance(new StringValue(entry.Key), entry.Value))],
        ListValue { IsComplete: true } list when list.Items.All(item => item is StringValue) => [.. list.Items.Distinct().Select(item => new TerraformInstance(item, item))],
        _ => [TerraformInstance.Unknown],
    };
}
