namespace Cora.Build.Sdk.Tests;

/// <summary>What Terraform redeploys is what changed, and nothing else.</summary>
[Collection(DeployedSamplesTests.Name)]
public sealed class RedeploymentTests(DeployedSamples deployed)
{
    private const string Access = "module.module_access.", Ai = "module.module_ai.", Mgmt = "module.module_mgmt.", Workspaces = "module.module_ws.";

    [TerraformFact]
    public async Task A_clone_that_is_built_in_another_directory_changes_nothing() => Assert.Empty(await deployed.PlanAsync(DeployedSamples.Built));

    [TerraformFact]
    public async Task What_is_built_again_from_nothing_changes_nothing() => Assert.Empty(await deployed.PlanAsync(DeployedSamples.BuiltAgain));

    [TerraformFact]
    public async Task A_changed_handler_changes_its_function_and_nothing_else() =>
        Assert.Equal([$"update {Access}aws_lambda_function.orgs"], await deployed.PlanAsync(DeployedSamples.ChangedHandler));

    [TerraformFact]
    public async Task A_changed_layer_changes_it_and_the_functions_that_have_it_in_all_modules() =>
        Assert.Equal(
            [
                $"create+delete {Access}aws_lambda_layer_version.access_common",
                $"update {Access}aws_lambda_function.idp_config",
                $"update {Access}aws_lambda_function.members",
                $"update {Access}aws_lambda_function.org_email_domains",
                $"update {Access}aws_lambda_function.orgs",
                $"update {Ai}aws_lambda_function.ai_config_handler",
                $"update {Mgmt}aws_lambda_function.lambda_mgmt",
                $"update {Workspaces}aws_lambda_function.workspace",
            ],
            await deployed.PlanAsync(DeployedSamples.ChangedLayer));

    [TerraformFact]
    public async Task A_changed_authorizer_changes_alone() =>
        Assert.Equal(["update module.authorizer.aws_lambda_function.authorizer"], await deployed.PlanAsync(DeployedSamples.ChangedAuthorizer));
}
