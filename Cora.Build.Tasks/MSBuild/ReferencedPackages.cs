using Cora.Build.Modules;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Reads the items that the packages of modules add to a project.</summary>
internal static class ReferencedPackages
{
    public static ReferencedPackage Of(ITaskItem item) => new(item.GetMetadata("CoraModule"), Path.GetFullPath(item.GetMetadata("CoraDirectory")));
}
