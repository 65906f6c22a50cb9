using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class CodeHashRulesTests
{
    private static LintReport Check(string body, string more = "") => TerraformCode.Check($$"""
        locals { build_dir = "${path.module}/../backend/.build" }
        {{more}}
        resource "aws_lambda_function" "orgs" {
          {{body.ReplaceLineEndings("\n  ")}}
        }
        """, CodeHashRules.Check, "members.zip", "orgs.zip", "org-common-layer.zip", "org-email-domains.zip");

    [Theory]
    [InlineData("source_code_hash = filebase64sha256(\"${local.build_dir}/members.zip\")", "is that of another file, 'members.zip' instead of 'orgs.zip'")]
    [InlineData("source_code_hash = filebase64sha256(\"${path.module}/../build/orgs.zip\")", "is that of another file, \"/src/packages/module-access/infrastructure/../build/orgs.zip\" instead of \"/src/packages/module-access/infrastructure/../backend/.build/orgs.zip\"")]
    [InlineData("source_code_hash = filemd5(\"${local.build_dir}/orgs.zip\")", "is made by filemd5, which gives another hash than Lambda's")]
    [InlineData("source_code_hash = base64sha256(file(\"${local.build_dir}/orgs.zip\"))", "is made by base64sha256, which gives another hash than Lambda's")]
    [InlineData("source_code_hash = timestamp()", "is made by timestamp, which gives another hash than Lambda's")]
    [InlineData("source_code_hash = \"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"", "is a constant, which never changes")]
    [InlineData("source_code_hash = var.members_hash", "is var.members_hash, which is that of function 'members'")]
    [InlineData("source_code_hash = var.hashes[\"org-common\"]", "is var.hashes.org-common, which is that of layer 'org-common'")]
    [InlineData("source_code_hash = aws_s3_object.orgs.etag", "is aws_s3_object.orgs.etag, which is not the hash that Lambda has")]
    public void A_hash_of_something_else_is_found(string hash, string reason) => ReportAssert.Findings(
        Check("filename = \"${local.build_dir}/orgs.zip\"\n" + hash),
        $"5,22 error CORA6001: source_code_hash of aws_lambda_function.orgs {reason}. Terraform deploys what has not changed, or keeps what has. Use filebase64sha256 of the same expression as filename.");

    [Fact]
    public void A_missing_hash_is_found_and_written_out() => ReportAssert.Findings(
        Check("filename = \"${local.build_dir}/orgs.zip\""),
        "3,1 error CORA6001: aws_lambda_function.orgs has no source_code_hash, so Terraform does not see a new zip, and the old code keeps running. Add source_code_hash = filebase64sha256(\"${local.build_dir}/orgs.zip\").");

    [Fact]
    public void A_layer_has_one_too() => ReportAssert.Findings(
        TerraformCode.Check("resource \"aws_lambda_layer_version\" \"org_common\" {\n  filename = \"${path.module}/../backend/.build/org-common-layer.zip\"\n}\n", CodeHashRules.Check, "org-common-layer.zip"),
        "1,1 error CORA6001: aws_lambda_layer_version.org_common has no source_code_hash*");

    [Theory]
    [InlineData("filename = \"${local.build_dir}/orgs.zip\"\nsource_code_hash = filebase64sha256(\"${local.build_dir}/orgs.zip\")")]
    [InlineData("filename = \"${local.build_dir}/orgs.zip\"\nsource_code_hash = filebase64sha256(\"${path.module}/../backend/.build/orgs.zip\")")]
    [InlineData("filename = \"${local.build_dir}/orgs.zip\"\nsource_code_hash = filebase64sha256(\"${path.module}/../backend/./lambdas/../.build/orgs.zip\")")]
    [InlineData("filename = var.zip\nsource_code_hash = filebase64sha256(var.zip)")]
    [InlineData("filename = \"${var.build_dir}/orgs.zip\"\nsource_code_hash = filebase64sha256(\"${local.build_dir}/orgs.zip\")")]
    [InlineData("filename = \"${local.build_dir}/orgs.zip\"\nsource_code_hash = fileexists(\"${local.build_dir}/orgs.zip\") ? filebase64sha256(\"${local.build_dir}/orgs.zip\") : null")]
    [InlineData("filename = \"${local.build_dir}/orgs.zip\"\nsource_code_hash = try(filebase64sha256(\"${local.build_dir}/orgs.zip\"), null)")]
    [InlineData("filename = var.x ? \"${local.build_dir}/orgs.zip\" : \"${local.build_dir}/members.zip\"\nsource_code_hash = filebase64sha256(var.x ? \"${local.build_dir}/orgs.zip\" : \"${local.build_dir}/members.zip\")")]
    [InlineData("filename = data.archive_file.orgs.output_path\nsource_code_hash = data.archive_file.orgs.output_base64sha256")]
    [InlineData("filename = \"${local.build_dir}/orgs.zip\"\nsource_code_hash = var.orgs_hash")]
    [InlineData("for_each = toset([\"orgs\", \"members\"])\nfilename = \"${local.build_dir}/${each.key}.zip\"\nsource_code_hash = filebase64sha256(\"${local.build_dir}/${each.key}.zip\")")]
    [InlineData("for_each = var.functions\nfilename = \"${local.build_dir}/${each.key}.zip\"\nsource_code_hash = filebase64sha256(\"${local.build_dir}/${each.key}.zip\")")]
    [InlineData("s3_bucket = var.bucket\ns3_key = \"lambda/orgs.zip\"\nsource_code_hash = var.orgs_source_code_hash")]
    [InlineData("s3_bucket = var.bucket\ns3_key = \"lambda/orgs.zip\"\nsource_code_hash = var.cora_artifacts[\"access\"][\"lambdas\"][\"orgs\"].source_code_hash")]
    [InlineData("s3_bucket = var.bucket\ns3_key = var.lambda_s3_key\nsource_code_hash = var.lambda_hash")]
    [InlineData("s3_bucket = var.bucket\ns3_key = \"lambda/orgs.zip\"\nsource_code_hash = data.aws_s3_object.orgs_hash.body")]
    [InlineData("s3_bucket = var.bucket\ns3_key = \"lambda/orgs.zip\"\nsource_code_hash = filebase64sha256(\"${local.build_dir}/orgs.zip\")")]
    [InlineData("s3_bucket = var.bucket\ns3_key = \"lambda/orgs.zip\"\ns3_object_version = data.aws_s3_object.orgs.version_id")]
    [InlineData("for_each = var.functions\ns3_bucket = var.bucket\ns3_key = each.value.key\nsource_code_hash = each.value.hash")]
    [InlineData("package_type = \"Image\"\nimage_uri = var.image")]
    public void The_hash_of_the_zip_or_one_that_may_be_it_is_left_alone(string body) => Assert.Empty(Check(body).Diagnostics);

    [Fact]
    public void In_S3_the_hash_that_comes_with_the_zip_is_expected()
    {
        const string S3 = "s3_bucket = var.bucket\ns3_key = \"lambda/${var.environment}/orgs.zip\"\n";
        ReportAssert.Findings(Check(S3), "3,1 error CORA6001: aws_lambda_function.orgs has no source_code_hash*Add source_code_hash = the hash that comes with the zip.");
        ReportAssert.Findings(Check(S3 + "source_code_hash = var.cora_artifacts[\"access\"][\"lambdas\"][\"members\"].source_code_hash"),
            "6,22 error CORA6001: source_code_hash of aws_lambda_function.orgs is var.cora_artifacts.access.lambdas.members.source_code_hash, which is that of function 'members'. Use the hash that comes with the zip.");
        ReportAssert.Findings(Check(S3 + "source_code_hash = data.aws_s3_object.hash.body", "data \"aws_s3_object\" \"hash\" { key = \"lambda/members.zip.sha256\" }"), "6,22 error CORA6001: *");
        Assert.Empty(Check(S3 + "source_code_hash = data.aws_s3_object.hash.body", "data \"aws_s3_object\" \"hash\" { key = \"lambda/orgs.zip.sha256\" }").Diagnostics);
        ReportAssert.Findings(Check("s3_key = var.orgs_key\nsource_code_hash = var.orgs_key"), "5,22 error CORA6001: source_code_hash of aws_lambda_function.orgs is var.orgs_key, the zip's key. *");
    }

    private const string Either = "filename = var.artifacts == null ? \"${local.build_dir}/orgs.zip\" : null\ns3_key = var.artifacts == null ? null : var.artifacts.lambdas[\"orgs\"].s3_key\n";

    [Theory]
    [InlineData("var.artifacts == null ? filebase64sha256(\"${local.build_dir}/orgs.zip\") : var.artifacts.lambdas[\"orgs\"].source_code_hash")]
    [InlineData("try(var.artifacts.lambdas[\"orgs\"].source_code_hash, filebase64sha256(\"${local.build_dir}/orgs.zip\"))")]
    [InlineData("var.artifacts == null ? filebase64sha256(\"${local.build_dir}/orgs.zip\") : null")]
    [InlineData("local.hash")]
    public void In_S3_or_here_each_has_its_own_hash(string hash) => Assert.Empty(Check(Either + $"source_code_hash = {hash}", "variable \"artifacts\" { default = null }").Diagnostics);

    [Theory]
    [InlineData("var.artifacts == null ? filebase64sha256(\"${local.build_dir}/members.zip\") : var.artifacts.lambdas[\"orgs\"].source_code_hash", "is that of another file, 'members.zip' instead of 'orgs.zip'. Terraform deploys*")]
    [InlineData("var.artifacts == null ? filebase64sha256(\"${local.build_dir}/orgs.zip\") : var.artifacts.lambdas[\"members\"].source_code_hash", "is var.artifacts.lambdas.members.source_code_hash, which is that of function 'members'. Use the hash that comes with the zip.")]
    [InlineData("var.artifacts == null ? filebase64sha256(\"${local.build_dir}/orgs.zip\") : var.artifacts.lambdas[\"orgs\"].s3_key", "is var.artifacts.lambdas.orgs.s3_key, the zip's key. *")]
    [InlineData("var.artifacts == null ? filebase64sha256(\"${local.build_dir}/orgs.zip\") : var.artifacts.lambdas[\"orgs\"].runtime", "is var.artifacts.lambdas.orgs.runtime, which is not the hash that Lambda has. *")]
    [InlineData("timestamp()", "is made by timestamp*")]
    public void In_S3_or_here_a_hash_of_something_else_is_found(string hash, string reason) => ReportAssert.Findings(
        Check(Either + $"source_code_hash = {hash}", "variable \"artifacts\" { default = null }"), $"6,22 error CORA6001: source_code_hash of aws_lambda_function.orgs {reason}");

    [Fact]
    public void A_key_of_another_function_than_the_file_is_found() => ReportAssert.Findings(
        Check(Either.Replace("[\"orgs\"]", "[\"members\"]", StringComparison.Ordinal) + "source_code_hash = var.artifacts == null ? filebase64sha256(\"${local.build_dir}/orgs.zip\") : var.artifacts.lambdas[\"orgs\"].source_code_hash",
            "variable \"artifacts\" { default = null }"),
        "6,22 error CORA6001: source_code_hash of aws_lambda_function.orgs is var.artifacts.lambdas.orgs.source_code_hash, which is that of function 'orgs'. Use the hash that comes with the zip.");

    [Fact]
    public void One_of_several_functions_with_a_wrong_hash_is_found_once() => ReportAssert.Findings(
        Check("for_each = toset([\"orgs\", \"members\"])\nfilename = \"${local.build_dir}/${each.key}.zip\"\nsource_code_hash = filebase64sha256(\"${local.build_dir}/orgs.zip\")"),
        "6,22 error CORA6001: *'orgs.zip' instead of 'members.zip'*");
}
