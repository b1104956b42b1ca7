import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pluginProto from "@pulumi/pulumi/proto/plugin_pb";
import * as providerProto from "@pulumi/pulumi/proto/provider_pb";
import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Cloud } from "../../simulator/cloud";
import { Monitor, StackOutputs } from "../../simulator/engine/monitor";
import { Plan, Run } from "../../simulator/engine/plan";
import { listen, planOf } from "../../simulator/engine/runProgram";
import { urnOf, stackType } from "../../simulator/engine/urn";
import { decode, encode, Properties } from "../../simulator/engine/values";

/** A component that the engine asks a package for. */
export interface Asked {
  readonly run: Run;
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  /** What each argument holds values of, by URN. */
  readonly inputDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly cloud: Cloud;
  readonly stackOutputs: StackOutputs;
}

/** What came of it. */
export interface Constructed {
  readonly urn: string;
  readonly outputs: Properties;
  /** All that was registered for it. */
  readonly plan: Plan;
}

/**
 * A component package as Pulumi's engine has it: a process that its language host starts in the package's folder, spoken to by the provider protocol. The
 * resource monitor that it registers with is the embedded one.
 *
 * @source https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/run-plugin/index.ts
 */
export class ComponentProvider {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  /** Starts a package's process with the runtime that lies in a folder's node_modules. */
  static async start(folder: string, packageFolder: string, environment: NodeJS.ProcessEnv): Promise<ComponentProvider> {
    // It maps the stacks that it keeps of thousands of promises to their sources, which takes most of a run where they are whole.
    const child = spawn(process.execPath, ["--stack-trace-limit=5", "./node_modules/@pulumi/pulumi/cmd/run-plugin", packageFolder], { cwd: folder, env: environment, stdio: ["ignore", "pipe", "ignore"] });
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
      child.once("exit", (code) => reject(new Error(`The package's process ended with exit status ${code}.`)));
    });
    return new ComponentProvider(child, new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure()));
  }

  async stop(): Promise<void> {
    this.client.close();
    this.child.kill();
    await once(this.child, "close");
  }

  async schema(): Promise<unknown> {
    const response = await ask<providerProto.GetSchemaResponse>((done) => this.client.getSchema(new providerProto.GetSchemaRequest(), done));
    return JSON.parse(response.getSchema());
  }

  /** Sends no settings; returns whether it takes secrets, resources and outputs as such. */
  async configure(): Promise<boolean[]> {
    const response = await ask<providerProto.ConfigureResponse>((done) => this.client.configure(new providerProto.ConfigureRequest(), done));
    return [response.getAcceptsecrets(), response.getAcceptresources(), response.getAcceptoutputs()];
  }

  /** Has a component made. Rejects with what the process answers, or with what went wrong in the embedded engine. */
  async construct({ run, type, name, inputs, inputDependencies = {}, cloud, stackOutputs }: Asked): Promise<Constructed> {
    const monitor = new Monitor(run, cloud, stackOutputs);
    const server = new grpc.Server();
    monitor.serve(server);
    const address = `127.0.0.1:${await listen(server)}`;
    // Each request has a monitor of its own, and the engine that it logs to beside it.
    const attach = new pluginProto.PluginAttach();
    attach.setAddress(address);
    await ask((done) => this.client.attach(attach, done));
    const request = new providerProto.ConstructRequest();
    request.setProject(run.project);
    request.setStack(run.stack);
    request.setDryrun(run.mode === "preview");
    request.setParallel(32);
    request.setMonitorendpoint(address);
    request.setType(type);
    request.setName(name);
    request.setParent(urnOf({ ...run, parent: "", type: stackType, name: `${run.project}-${run.stack}` }));
    request.setInputs(encode(inputs));
    for (const [key, urns] of Object.entries(inputDependencies)) {
      const dependencies = new providerProto.ConstructRequest.PropertyDependencies();
      dependencies.setUrnsList([...urns]);
      request.getInputdependenciesMap().set(key, dependencies);
    }
    request.setAcceptsOutputValues(true);
    try {
      const response = await ask<providerProto.ConstructResponse>((done) => this.client.construct(request, done));
      if (monitor.failures[0] !== undefined) throw monitor.failures[0];
      return { urn: response.getUrn(), outputs: decode(response.getState()), plan: planOf(run, monitor, 0) };
    } finally {
      server.forceShutdown();
    }
  }
}

function ask<Response>(start: (done: (error: Error | null, response: Response) => void) => void): Promise<Response> {
  return new Promise((resolve, reject) => start((error, response) => (error === null ? resolve(response) : reject(error))));
}
