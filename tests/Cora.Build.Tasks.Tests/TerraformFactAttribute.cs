namespace Cora.Build.Tests;

/// <summary>A test that runs Terraform. Without it the test is skipped, except in CI, where it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TerraformFactAttribute : FactAttribute
{
    public TerraformFactAttribute() => Skip = TestTerraform.ReasonToSkip;
}
