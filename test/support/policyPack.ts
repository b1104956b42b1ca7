import * as grpc from "@grpc/grpc-js";
import * as analyzerRpc from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as ts from "typescript";
import { Plan, RecordedResource, Run } from "../../simulator/engine/plan";
import { encode, Properties, ResourceReference, rewrite } from "../../simulator/engine/values";
import { hermetic } from "../../simulator/engine/hermetic";

/** A violation as the pack tells Pulumi's engine. */
export interface Diagnostic {
  readonly policy: string;
  readonly urn: string;
  readonly message: string;
  readonly mandatory: boolean;
}

/** A policy as the pack tells the engine that it has it. */
export interface PackedPolicy {
  readonly name: string;
  readonly level: "mandatory" | "advisory" | "disabled";
}

// What the pack consists of, compiled: what it imports is in these rooms.
const rooms = ["policies", "simulator", "components/shared", "stacks/config"];
const levels = { [analyzer.EnforcementLevel.MANDATORY]: "mandatory", [analyzer.EnforcementLevel.ADVISORY]: "advisory", [analyzer.EnforcementLevel.DISABLED]: "disabled" } as const;

/** Compiles the pack into a folder of its own, laid out as the package is. */
export function compiledPack(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "policies-"));
  const sources = rooms.flatMap((room) => fs.readdirSync(room, { recursive: true, encoding: "utf8" }).map((file) => path.join(room, file))).filter((file) => file.endsWith(".ts"));
  for (const source of sources) {
    const file = path.join(folder, "dist", source.replace(/\.ts$/, ".js"));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, ts.transpileModule(fs.readFileSync(source, "utf8"), { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } }).outputText);
  }
  fs.mkdirSync(path.join(folder, "policies"));
  for (const file of ["PulumiPolicy.yaml", "package.json"]) fs.copyFileSync(path.join("policies", file), path.join(folder, "policies", file));
  fs.symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
  return folder;
}

/** A pack that runs, as the engine sees it. */
export interface RunningPack {
  readonly policies: readonly PackedPolicy[];
  /** Has it look at each resource of a plan and at the whole. */
  analyze(plan: Plan): Promise<Diagnostic[]>;
  /** Has it look at one resource, before it is made. */
  alone(resource: RecordedResource): Promise<Diagnostic[]>;
  stop(): void;
}

/**
 * Starts the pack for a stack as Pulumi's engine does.
 *
 * @param folder The package that it is in.
 * @param modules Where the SDK is that it runs with.
 * @param config The stack's config: full keys to text.
 * @source https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/analyzer_plugin.go
 */
export async function startPack(folder: string, { project, stack }: Run, config: Readonly<Record<string, string>>, { modules = path.join(folder, "node_modules"), environment = process.env } = {}): Promise<RunningPack> {
  const child = spawn(process.execPath, [path.join(modules, "@pulumi/pulumi/cmd/run-policy-pack"), "127.0.0.1:1", "."], {
    cwd: path.join(folder, "policies"),
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...hermetic(environment), PULUMI_NODEJS_PROJECT: project, PULUMI_NODEJS_STACK: stack, PULUMI_CONFIG: JSON.stringify(config) },
  });
  let complaints = "";
  child.stderr.on("data", (text: Buffer) => (complaints += text.toString()));
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
    child.once("close", (code) => reject(new Error(`The policy pack ended with exit status ${code}: ${complaints}`)));
  });
  const client = new analyzerRpc.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), { "grpc.max_send_message_length": -1 });
  const info = await call<analyzer.AnalyzerInfo>((done) => client.getAnalyzerInfo(new Empty(), done));
  const alone = async (resource: RecordedResource): Promise<Diagnostic[]> => (await call<analyzer.AnalyzeResponse>((done) => client.analyze(requestFor(resource), done))).getDiagnosticsList().map(read);
  return {
    policies: info.getPoliciesList().map((policy) => ({ name: policy.getName(), level: levels[policy.getEnforcementlevel() as keyof typeof levels] })),
    async analyze({ resources }) {
      const single = await Promise.all(resources.map(alone));
      const whole = new analyzer.AnalyzeStackRequest();
      whole.setResourcesList(resources.map(shown));
      const stack = await call<analyzer.AnalyzeResponse>((done) => client.analyzeStack(whole, done));
      return [...single.flat(), ...stack.getDiagnosticsList().map(read)];
    },
    alone,
    stop() {
      client.close();
      child.kill();
    },
  };
}

function read(found: analyzer.AnalyzeDiagnostic): Diagnostic {
  return {
    policy: found.getPolicyname(),
    urn: found.getUrn(),
    // The first line is the policy's own description.
    message: found.getMessage().split("\n").slice(1).join("\n"),
    mandatory: found.getEnforcementlevel() === analyzer.EnforcementLevel.MANDATORY,
  };
}

function requestFor(resource: RecordedResource): analyzer.AnalyzeRequest {
  const request = new analyzer.AnalyzeRequest();
  describe(request, resource, resource.inputs);
  return request;
}

/** A resource as the engine shows it in the end: with its outputs. A service does not answer with the names in a resource's path. */
function shown(resource: RecordedResource): analyzer.AnalyzerResource {
  const described = new analyzer.AnalyzerResource();
  const { resourceGroupName, accountName, ...outputs } = resource.outputs;
  describe(described, resource, outputs);
  described.setParent(resource.parent ?? "");
  described.setDependenciesList([...(resource.dependencies ?? [])]);
  return described;
}

function describe(message: analyzer.AnalyzeRequest | analyzer.AnalyzerResource, resource: RecordedResource, properties: Properties): void {
  message.setUrn(resource.urn);
  message.setType(resource.type);
  message.setName(resource.name);
  // The engine writes a reference to another resource as text.
  const asText = rewrite(properties, (value) => (value instanceof ResourceReference ? { with: value.urn } : undefined));
  message.setProperties(encode(asText as Properties));
  const options = new analyzer.AnalyzerResourceOptions();
  options.setProtect(resource.protect === true);
  options.setParent(resource.parent ?? "");
  message.setOptions(options);
  // The engine names the default provider where the program names none.
  if (!resource.custom || resource.type.startsWith("pulumi:")) return;
  const provider = new analyzer.AnalyzerProviderResource();
  const type = `pulumi:providers:${resource.type.split(":")[0]}`;
  provider.setUrn(resource.provider?.split("::").slice(0, -1).join("::") ?? `urn:pulumi:${resource.urn.split(":")[2]}::${resource.urn.split("::")[1]}::${type}::default`);
  provider.setType(type);
  provider.setName("default");
  provider.setProperties(encode({}));
  message.setProvider(provider);
}

function call<Response>(start: (done: (error: Error | null, response: Response) => void) => void): Promise<Response> {
  return new Promise((resolve, reject) => start((error, response) => (error === null ? resolve(response) : reject(error))));
}
