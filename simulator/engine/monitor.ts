import * as grpc from "@grpc/grpc-js";
import * as engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engineProto from "@pulumi/pulumi/proto/engine_pb";
import * as providerProto from "@pulumi/pulumi/proto/provider_pb";
import * as resourceRpc from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as resourceProto from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Cloud, Created } from "../cloud";
import { Finding, RecordedResource, Run, Timeouts } from "./plan";
import { stackType, urnOf } from "./urn";
import { decode, encode, holdsSecret, merge, Properties, reveal, Secret, UNKNOWN } from "./values";

const stackReferenceType = "pulumi:pulumi:StackReference";
// What the Node SDK asks for before it uses it. Transforms and the other hooks would run code of the program inside the engine; a hook for
// errors is never called, since nothing that is registered here fails.
const features = new Set(["secrets", "resourceReferences", "outputValues", "deletedWith", "replaceWith", "aliasSpecs", "errorHooks"]);

/** A line that the program or the SDK logged. */
export interface LogLine {
  readonly severity: "debug" | "info" | "warning" | "error";
  readonly message: string;
}

/** Finds the outputs of another stack, by its name as the program gives it. Rejects where they can't be had. */
export type StackOutputs = (stack: string) => Promise<Properties>;

const noOtherStacks: StackOutputs = (stack) => Promise.reject(new Error(`The program refers to the stack "${stack}", whose outputs were not given.`));

type Unary<Request, Response> = (call: { readonly request: Request }, reply: grpc.sendUnaryData<Response>) => void;

/**
 * Pulumi's engine as far as a program can see it: the resource monitor and the engine service of the public protocol, answered by the
 * embedded cloud. It keeps every registration with all its options.
 *
 * @source https://github.com/pulumi/pulumi/tree/master/proto/pulumi
 */
export class Monitor {
  readonly resources: RecordedResource[] = [];
  readonly findings: Finding[] = [];
  readonly logs: LogLine[] = [];
  /** What went wrong in the engine or the cloud itself: an unknown type, the same name twice. */
  readonly failures: Error[] = [];
  private readonly byUrn = new Map<string, RecordedResource>();
  private readonly finished = new Set<string>();
  private rootUrn = "";

  constructor(
    private readonly run: Run,
    private readonly cloud: Cloud,
    private readonly outputsOf: StackOutputs = noOtherStacks,
  ) {}

  /** The outputs that the program exported. */
  get stackOutputs(): Properties {
    return this.resources.find((resource) => resource.type === stackType)?.outputs ?? {};
  }

  /** All findings, once the program has ended: those of each registration, and those that take the whole. */
  finish(): readonly Finding[] {
    const outputs = this.resources.filter(({ custom }) => !custom).map((component) => reveal(component.outputs) as Properties);
    return [...this.findings, ...this.cloud.finish(outputs)];
  }

  /** The components that never registered their outputs, as their last line should. */
  get unfinished(): RecordedResource[] {
    return this.resources.filter(({ custom, urn }) => !custom && !this.finished.has(urn));
  }

  /** What answers the calls of the resource monitor, by name. */
  get calls() {
    const empty: Unary<unknown, Empty> = (_, reply) => reply(null, new Empty());
    return {
      supportsFeature: this.unary((request: resourceProto.SupportsFeatureRequest) => {
        const response = new resourceProto.SupportsFeatureResponse();
        response.setHassupport(features.has(request.getId()));
        return response;
      }),
      invoke: this.unary((request: resourceProto.ResourceInvokeRequest) => this.invoke(request)),
      registerResource: this.unary((request: resourceProto.RegisterResourceRequest) => this.register(request)),
      registerResourceOutputs: this.unary((request: resourceProto.RegisterResourceOutputsRequest) => this.registerOutputs(request)),
      readResource: this.unary((request: resourceProto.ReadResourceRequest) => this.read(request)),
      call: this.unnamed("call"),
      registerErrorHook: empty,
      signalAndWaitForShutdown: empty,
    };
  }

  /** Adds both services to a server. */
  serve(server: grpc.Server): void {
    server.addService(resourceRpc.ResourceMonitorService as unknown as grpc.ServiceDefinition, this.calls);
    server.addService(engineRpc.EngineService as unknown as grpc.ServiceDefinition, {
      log: this.unary((request: engineProto.LogRequest) => this.log(request)),
      getRootResource: this.unary(() => {
        const response = new engineProto.GetRootResourceResponse();
        response.setUrn(this.rootUrn);
        return response;
      }),
      setRootResource: this.unary((request: engineProto.SetRootResourceRequest) => {
        this.rootUrn = request.getUrn();
        return new engineProto.SetRootResourceResponse();
      }),
      requirePulumiVersion: this.unary(() => new engineProto.RequirePulumiVersionResponse()),
    });
  }

  /** One call of the protocol. An error is kept, so that the run fails even where the program catches it, and is answered. */
  private unary<Request, Response>(handle: (request: Request) => Response | Promise<Response>): Unary<Request, Response> {
    const refuse = (thrown: unknown, reply: grpc.sendUnaryData<Response>): void => {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.failures.push(error);
      reply({ code: grpc.status.INVALID_ARGUMENT, details: error.message });
    };
    return (call, reply) => {
      try {
        const answer = handle(call.request);
        if (answer instanceof Promise) answer.then((response) => reply(null, response), (thrown: unknown) => refuse(thrown, reply));
        else reply(null, answer);
      } catch (thrown) {
        refuse(thrown, reply);
      }
    };
  }

  private unnamed(method: string): Unary<unknown, unknown> {
    return this.unary(() => notOffered(method));
  }

  private log(request: engineProto.LogRequest): Empty {
    const names = ["debug", "info", "warning", "error"] as const;
    this.logs.push({ severity: names[request.getSeverity()] ?? "info", message: request.getMessage() });
    return new Empty();
  }

  private invoke(request: resourceProto.ResourceInvokeRequest): providerProto.InvokeResponse {
    const response = new providerProto.InvokeResponse();
    const answer = this.cloud.invoke(request.getTok(), reveal(decode(request.getArgs())) as Properties);
    response.setReturn(encode(answer));
    return response;
  }

  private register(request: resourceProto.RegisterResourceRequest): resourceProto.RegisterResourceResponse {
    const type = request.getType();
    const urn = this.newUrn(request);
    const inputs = decode(request.getObject());
    const options = { ...optionsOf(request), ...withoutEmpty({ aliases: this.aliasUrns(request) }) };
    let created: Created = { id: "", outputs: {} };
    if (request.getCustom()) {
      const answer = this.cloud.register({ urn, type, name: request.getName(), inputs: reveal(inputs) as Properties, dependencies: options.dependencies, provider: options.provider }, this.run.mode);
      this.findings.push(...answer.findings);
      // A first preview knows what the program said and nothing of what a cloud would add.
      if (this.run.mode === "up") created = answer.created;
    }
    const resource: RecordedResource = { ...options, urn, type, name: request.getName(), custom: request.getCustom(), inputs, outputs: merge(inputs, created.outputs) as Properties };
    resource.outputs = resource.custom ? withSecrets(resource) : {};
    this.add(resource);
    const response = new resourceProto.RegisterResourceResponse();
    response.setUrn(urn);
    response.setId(created.id);
    response.setObject(encode(resource.outputs));
    return response;
  }

  /** A reference to another stack, the one resource that can be read without a cloud: Pulumi's own provider answers with the stack's outputs. */
  private async read(request: resourceProto.ReadResourceRequest): Promise<resourceProto.ReadResourceResponse> {
    const type = request.getType();
    if (type !== stackReferenceType) notOffered("readResource");
    const inputs = decode(request.getProperties());
    const outputs = await this.outputsOf(request.getId());
    const answer = { ...inputs, outputs, secretOutputNames: Object.keys(outputs).filter((name) => holdsSecret(outputs[name])).sort() };
    const urn = this.newUrn(request);
    const options = withoutEmpty({ parent: request.getParent(), dependencies: [...request.getDependenciesList()].sort() });
    this.add({ ...options, urn, type, name: request.getName(), custom: true, external: true, inputs, outputs: answer });
    const response = new resourceProto.ReadResourceResponse();
    response.setUrn(urn);
    response.setProperties(encode(answer));
    return response;
  }

  private add(resource: RecordedResource): void {
    this.resources.push(resource);
    this.byUrn.set(resource.urn, resource);
  }

  private registerOutputs(request: resourceProto.RegisterResourceOutputsRequest): Empty {
    const resource = this.byUrn.get(request.getUrn());
    if (resource === undefined) throw new Error(`Outputs came for ${request.getUrn()}, which was never registered.`);
    resource.outputs = decode(request.getOutputs());
    this.finished.add(resource.urn);
    return new Empty();
  }

  /**
   * The URNs that a resource may have had. What an alias does not say is as the resource has it; that a parent had another URN is not in it.
   * @source https://www.pulumi.com/docs/iac/concepts/options/aliases/
   */
  private aliasUrns(request: resourceProto.RegisterResourceRequest): string[] {
    const specs = request.getAliasesList().map((alias) => {
      const spec = alias.getSpec();
      if (spec === undefined) return alias.getUrn();
      return urnOf({
        stack: spec.getStack() || this.run.stack,
        project: spec.getProject() || this.run.project,
        parent: spec.getNoparent() ? "" : spec.getParenturn() || request.getParent(),
        type: spec.getType() || request.getType(),
        name: spec.getName() || request.getName(),
      });
    });
    return [...request.getAliasurnsList(), ...specs];
  }

  /** The URN of a new resource; no other has it. */
  private newUrn(request: resourceProto.RegisterResourceRequest | resourceProto.ReadResourceRequest): string {
    const urn = urnOf({ stack: this.run.stack, project: this.run.project, parent: request.getParent(), type: request.getType(), name: request.getName() });
    if (this.byUrn.has(urn)) throw new Error(`Two resources have the URN ${urn}: give one of them another name.`);
    return urn;
  }
}

function notOffered(method: string): never {
  throw new Error(`The program uses "${method}" of the resource monitor, which the embedded engine does not offer: preview this program with "pulumi preview".`);
}

/** Outputs with the secret ones marked, as the engine marks them; in a preview they are unknown and secret already. */
function withSecrets(resource: RecordedResource): Properties {
  const marked = (resource.additionalSecretOutputs ?? []).map((key) => {
    const value = key in resource.outputs ? resource.outputs[key] : UNKNOWN;
    return [key, value instanceof Secret ? value : new Secret(value)] as const;
  });
  return { ...resource.outputs, ...Object.fromEntries(marked) };
}

/** The options of a registration; what was not set is left out. */
function optionsOf(request: resourceProto.RegisterResourceRequest): Partial<RecordedResource> {
  const propertyDependencies = Object.fromEntries(
    request
      .getPropertydependenciesMap()
      .getEntryList()
      .map(([key]) => [key, request.getPropertydependenciesMap().get(key)] as const)
      .map(([key, value]) => [key, [...(value?.getUrnsList() ?? [])].sort()] as const)
      .filter(([, urns]) => urns.length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const timeouts = request.getCustomtimeouts();
  const customTimeouts: Timeouts | undefined = timeouts && withoutEmpty({ create: timeouts.getCreate(), update: timeouts.getUpdate(), delete: timeouts.getDelete() });
  return withoutEmpty({
    parent: request.getParent(),
    provider: request.getProvider(),
    dependencies: [...request.getDependenciesList()].sort(),
    propertyDependencies,
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    deletedWith: request.getDeletedwith(),
    replaceWith: [...request.getReplaceWithList()].sort(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    customTimeouts,
  });
}

function withoutEmpty<T extends object>(options: T): Partial<T> {
  const isEmpty = (value: unknown): boolean =>
    value === undefined || value === "" || value === false || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(options).filter(([, value]) => !isEmpty(value))) as Partial<T>;
}
