using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>A wheel of which one may be packaged for a distribution.</summary>
/// <param name="Wheel">Which wheel.</param>
/// <param name="Metadata">What it says of itself.</param>
/// <param name="Hashes">Its hashes, written as in a requirements file: <c>sha256:…</c>, and others that the requirements ask for.</param>
public sealed record Candidate(ResolvedWheel Wheel, WheelMetadata Metadata, IReadOnlySet<string> Hashes);

/// <summary>A requirement that no candidate meets.</summary>
/// <param name="Requirement">What is required.</param>
/// <param name="By">Who requires it: a distribution, or a line of the requirements file.</param>
/// <param name="Location">The line of the requirements file that leads to it.</param>
/// <param name="Offered">The candidate of that name, which does not do; null when there is none.</param>
public sealed record UnmetRequirement(Requirement Requirement, string By, Location Location, Candidate? Offered);

/// <summary>
/// What of a resolved set the target needs, worked out from the requirements and the wheels' own metadata with all markers evaluated for the
/// <em>target</em>: installers may have evaluated them for the machine that they ran on, and so have left out or added a distribution.
/// </summary>
/// <param name="Reachable">The candidates that are needed, by name.</param>
/// <param name="Unmet">Requirements of the closure that are not met.</param>
/// <param name="Unfit">Findings (CORA3004) about needed wheels that do not run on the target.</param>
public sealed record Closure(IReadOnlyList<Candidate> Reachable, IReadOnlyList<UnmetRequirement> Unmet, IReadOnlyList<Diagnostic> Unfit)
{
    internal static readonly DiagnosticDescriptor s_missing = new("CORA3003", Severity.Error, "Requirement that the resolved set does not meet");
    internal static readonly DiagnosticDescriptor s_unfit = new("CORA3004", Severity.Error, "Wheel that does not fit the target");

    /// <summary>Whether the candidates give the target all that it needs.</summary>
    public bool IsComplete => Unmet.Count == 0 && Unfit.Count == 0;

    /// <summary>The findings, for a set that an installer gave.</summary>
    public IEnumerable<Diagnostic> Diagnostics(TargetPlatform target) => Unmet
        .Select(unmet => s_missing.At(unmet.Location, unmet.Offered is null
            ? $"{Reason(unmet, target)} Require it in the requirements file."
            : $"{Reason(unmet, target)} The installer chose it for the Python that it runs on, perhaps: require another version, or resolve with uv."))
        .Concat(Unfit);

    /// <summary>What is wrong, without what to do.</summary>
    public IEnumerable<string> Reasons(TargetPlatform target) => Unmet.Select(unmet => Reason(unmet, target)).Concat(Unfit.Select(diagnostic => diagnostic.Message));

    private static string Reason(UnmetRequirement unmet, TargetPlatform target) =>
        $"{unmet.By} needs '{IndexUrl.Redact(unmet.Requirement.ToString())}' on {target}, and the resolved set has {(unmet.Offered is { } offered ? $"{offered.Wheel.Name} {offered.Wheel.Version}" : $"no {unmet.Requirement.NormalizedName}")}.";

    /// <summary>Follows the requirements of a file through the candidates.</summary>
    public static Closure Of(RequirementsFile file, IReadOnlyDictionary<string, Candidate> candidates, TargetPlatform target)
    {
        var environment = MarkerEnvironment.For(target);
        var constraints = file.Constraints.Where(line => line.Requirement.AppliesTo(environment)).ToLookup(line => line.Requirement.NormalizedName);
        var reachable = new SortedDictionary<string, Candidate>(StringComparer.Ordinal);
        var extras = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var unmet = new Dictionary<(string, string), UnmetRequirement>();
        var open = new Queue<(Requirement Requirement, string By, Location Location)>(file.Requirements
            .Where(line => line.Requirement.AppliesTo(environment))
            .Select(line => (line.Requirement, $"'{Path.GetFileName(line.Location.File)}'", line.Location)));

        while (open.TryDequeue(out var item))
        {
            var (requirement, by, location) = item;
            var name = requirement.NormalizedName;
            var candidate = candidates.GetValueOrDefault(name);
            if (candidate is null || !Meets(candidate, requirement))
            {
                unmet.TryAdd((requirement.ToString(), by), new UnmetRequirement(requirement, by, location, candidate));
                continue;
            }
            var isNew = reachable.TryAdd(name, candidate);
            if (isNew) extras[name] = [];
            var active = extras[name];
            var added = requirement.Extras.Where(active.Add).ToList();
            if (!isNew && added.Count == 0) continue;
            foreach (var dependency in candidate.Metadata.RequiresDist)
            {
                if (dependency.AppliesTo(environment, active)) open.Enqueue((dependency, $"{candidate.Wheel.Name} {candidate.Wheel.Version}", location));
            }
        }
        foreach (var candidate in reachable.Values)
        {
            foreach (var constraint in constraints[candidate.Wheel.Name].Where(line => !Meets(candidate, line.Requirement)))
            {
                unmet.TryAdd((constraint.Requirement.ToString(), "constraint"), new UnmetRequirement(constraint.Requirement, "A constraint", constraint.Location, candidate));
            }
        }
        var unfit = reachable.Values.SelectMany(candidate => Misfits(file, candidate, target, environment)
            .Select(reason => s_unfit.At(file.PlaceOf(candidate.Wheel.Name), $"{candidate.Wheel.FileName} {reason} Require a version that has a wheel for {target}.")));
        return new Closure([.. reachable.Values], [.. unmet.Values], [.. unfit]);
    }

    private static IEnumerable<string> Misfits(RequirementsFile file, Candidate candidate, TargetPlatform target, MarkerEnvironment environment)
    {
        var wheel = WheelFileName.Parse(candidate.Wheel.FileName);
        if (!target.Supports(wheel))
        {
            yield return $"does not run on {target} (glibc 2.{target.GlibcMinor}): its tags are {string.Join('.', wheel.PythonTags)}-{string.Join('.', wheel.AbiTags)}-{string.Join('.', wheel.PlatformTags)}.";
        }
        if (candidate.Metadata.RequiresPython is { } python && !python.Contains(PythonVersion.Parse(environment.PythonFullVersion), allowPrereleases: true))
        {
            yield return $"needs Python {python}.";
        }
        if (file.Requirements.Any(line => line.Requirement.NormalizedName == candidate.Wheel.Name && line.Requirement.AppliesTo(environment)
            && !line.Hashes.IsEmpty && !candidate.Hashes.Overlaps(line.Hashes)))
        {
            yield return $"has the SHA-256 {candidate.Wheel.Sha256}, and none of the hashes that the requirements file asks for.";
        }
        if (PackageName.Normalize(candidate.Metadata.Name) != wheel.NormalizedName || candidate.Metadata.Version != wheel.Version)
        {
            yield return $"says in its METADATA that it is {candidate.Metadata.Name} {candidate.Metadata.Version}.";
        }
    }

    /// <summary>By its version; where the requirement says which wheel it wants, by that wheel's name.</summary>
    private static bool Meets(Candidate candidate, Requirement requirement) => requirement.Url is { } url
        ? IndexUrl.FileName(url) == candidate.Wheel.FileName
        : requirement.Specifiers.Contains(candidate.Metadata.Version, allowPrereleases: true);
}
