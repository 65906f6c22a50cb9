using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;

namespace Cora.Build.Terraform;

/// <summary>A part of a file's text.</summary>
/// <param name="Start">Offset of its first character, in UTF-16 units.</param>
/// <param name="End">Offset behind its last character.</param>
public readonly record struct HclSpan(int Start, int End);

/// <summary>Where something is written.</summary>
/// <param name="File">The path that the file was read with.</param>
/// <param name="At">Line and column of its first character.</param>
/// <param name="Span">Its text, without comments and blanks around it.</param>
public readonly record struct HclPlace(string File, Position At, HclSpan Span)
{
    /// <summary>For a finding.</summary>
    public Location Location => new(File, At.Line, At.Column);
}

/// <summary>Anything that is written in a file of HCL.</summary>
/// <param name="Place">Where it is written.</param>
public abstract record HclNode(HclPlace Place)
{
    /// <summary>For a finding.</summary>
    public Location Location => Place.Location;

    /// <summary>Line and column of its first character.</summary>
    public Position At => Place.At;
}

/// <summary>What makes a file, or a part of it, no HCL.</summary>
/// <param name="Message">What is wrong and what to do, in a sentence or two.</param>
/// <param name="Place">Where.</param>
public sealed record HclFault(string Message, HclPlace Place) : HclNode(Place);
