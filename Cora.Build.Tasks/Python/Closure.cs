using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>A wheel of which one may be packaged for a distribution.</summary>
/// <param name="Wheel">Which wheel.</param>
/// <param name="Metadata">What it says of itself.</param>
public sealed record Candidate(ResolvedWheel Wheel, WheelMetadata Metadata);

/// <summary>A requirement that no candidate meets.</summary>
/// <param name="Requirement">What is required.</param>
/// <param name="By">Who requires it: a distribution, or a line of the requirements file.</param>
/// <param name="Location">The line of the requirements file that leads to it.</param>
/// <param name="Offered">The candidate of that name, whose version does not do; null when there is none.</param>
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

    /// <summary>The findings.</summary>
    public IEnumerable<Diagnostic> Diagnostics(TargetPlatform target) => Unmet
        .Select(unmet => s_missing.At(unmet.Location, unmet.Offered is { } offered
            ? $"{unmet.By} needs '{unmet.Requirement}' on {target}, and the resolved set has {offered.Wheel.Name} {offered.Wheel.Version}. Change the requirement, or lock again with 'dotnet build -t:CoraLock'."
            : $"{unmet.By} needs '{unmet.Requirement}' on {target}, and the resolved set has no {unmet.Requirement.NormalizedName}. Require it in the file, or lock again with 'dotnet build -t:CoraLock'."))
        .Concat(Unfit);

    /// <summary>Follows the requirements of a file through the candidates.</summary>
    public static Closure Of(RequirementsFile file, IReadOnlyDictionary<string, Candidate> candidates, TargetPlatform target)
    {
        var requirements = file.Requirements;
        var environment = MarkerEnvironment.For(target);
        var constraints = file.Constraints.Where(line => line.Requirement.AppliesTo(environment)).ToLookup(line => line.Requirement.NormalizedName);
        var reachable = new SortedDictionary<string, Candidate>(StringComparer.Ordinal);
        var extras = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var unmet = new Dictionary<(string, string), UnmetRequirement>();
        var open = new Queue<(Requirement Requirement, string By, Location Location)>(requirements
            .Where(line => line.Requirement.AppliesTo(environment))
            .Select(line => (line.Requirement, $"'{Path.GetFileName(line.Location.File)}'", line.Location)));

        while (open.TryDequeue(out var item))
        {
            var (requirement, by, location) = item;
            var name = requirement.NormalizedName;
            var candidate = candidates.GetValueOrDefault(name);
            if (candidate is null || (requirement.Url is null && !requirement.Specifiers.Contains(candidate.Metadata.Version, allowPrereleases: true)))
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
            foreach (var constraint in constraints[candidate.Wheel.Name].Where(line => !line.Requirement.Specifiers.Contains(candidate.Metadata.Version, allowPrereleases: true)))
            {
                unmet.TryAdd((constraint.Requirement.ToString(), "constraint"), new UnmetRequirement(constraint.Requirement, "A constraint", constraint.Location, candidate));
            }
        }
        var unfit = reachable.Values.SelectMany(candidate => Misfits(file, candidate, target, environment)
            .Select(reason => s_unfit.At(Place(candidate, file), $"{candidate.Wheel.FileName} {reason} Require a version that has a wheel for {target}.")));
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
        if (file.Requirements.FirstOrDefault(line => line.Requirement.NormalizedName == candidate.Wheel.Name && !line.Hashes.IsEmpty) is { } hashed
            && !hashed.Hashes.Contains($"sha256:{candidate.Wheel.Sha256}"))
        {
            yield return $"has the SHA-256 {candidate.Wheel.Sha256}, which is none of the hashes that the requirements file asks for.";
        }
        if (PackageName.Normalize(candidate.Metadata.Name) != wheel.NormalizedName || candidate.Metadata.Version != wheel.Version)
        {
            yield return $"says in its METADATA that it is {candidate.Metadata.Name} {candidate.Metadata.Version}.";
        }
    }

    private static Location Place(Candidate candidate, RequirementsFile file) =>
        file.Requirements.FirstOrDefault(line => line.Requirement.NormalizedName == candidate.Wheel.Name)?.Location ?? new Location(file.Path, 1);
}
