import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { keepToken, tokenSourceOf } from "./federatedToken";
import { required, Variables } from "./variables";

/** What asks for tokens and what writes to the repository: neither the program nor the packages that it loads need them. */
const keptBack = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN", "GITHUB_TOKEN"];

/**
 * Signs in without any secret: gives Pulumi's engine, its providers, the state's backend and kubelogin the variables that each of them reads,
 * and keeps the token behind them fresh for as long as the work goes on.
 *
 * @throws CliError where a variable is missing, or no token can be had.
 * @source docs/runbooks/first-up.md, "In a pipeline"
 */
export async function signedIn<T>(variables: Variables, tell: (note: string) => void, work: (environment: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  // Azure Pipelines' task for the CLI names the identity of its service connection so.
  const named: Variables = { ...variables, ARM_CLIENT_ID: variables["ARM_CLIENT_ID"] ?? variables["AZURESUBSCRIPTION_CLIENT_ID"], ARM_TENANT_ID: variables["ARM_TENANT_ID"] ?? variables["AZURESUBSCRIPTION_TENANT_ID"] };
  const { ARM_CLIENT_ID: client, ARM_TENANT_ID: tenant, ARM_SUBSCRIPTION_ID: subscription, PULUMI_BACKEND_URL: backend } = required(named, "ARM_CLIENT_ID", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID", "PULUMI_BACKEND_URL");
  const source = tokenSourceOf(variables);
  const folder = fs.mkdtempSync(path.join(variables["RUNNER_TEMP"] ?? variables["AGENT_TEMPDIRECTORY"] ?? os.tmpdir(), "sign-in-"));
  try {
    const file = path.join(folder, "token");
    const end = await keepToken(source, file, tell);
    try {
      return await work({
        ...Object.fromEntries(Object.entries(variables).filter(([name]) => !keptBack.includes(name))),
        ARM_CLIENT_ID: client,
        ARM_TENANT_ID: tenant,
        ARM_SUBSCRIPTION_ID: subscription,
        ARM_USE_OIDC: "true",
        ARM_OIDC_TOKEN_FILE_PATH: file,
        AZURE_CLIENT_ID: client,
        AZURE_TENANT_ID: tenant,
        AZURE_FEDERATED_TOKEN_FILE: file,
        AZURE_AUTHORITY_HOST: "https://login.microsoftonline.com/",
        // The backend is named here, so that no `pulumi login` leaves it in the home of a runner that others use too.
        PULUMI_BACKEND_URL: backend,
        PULUMI_SKIP_UPDATE_CHECK: "true",
      });
    } finally {
      end();
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
