import { RunError } from "@pulumi/pulumi";

// The pack imports this before the SDK: what uses the policies in another way does without it.
try {
  require.resolve("@pulumi/policy");
} catch {
  throw new RunError("The policy pack needs the package @pulumi/policy, which is not installed here: run npm install --save-dev @pulumi/policy.");
}
