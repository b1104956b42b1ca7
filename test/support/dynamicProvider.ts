import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as providerProto from "@pulumi/pulumi/proto/provider_pb";
import { Struct, Value } from "google-protobuf/google/protobuf/struct_pb";
import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

type Properties = Record<string, unknown>;

/**
 * Pulumi's own process for dynamic resources, started in a folder as the engine starts it in a program's, and spoken to by the provider
 * protocol. Each property bag carries the provider's serialised form under `__provider`.
 *
 * @source https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/dynamic-provider/index.ts
 */
export class DynamicProvider {
  /** All that the process wrote so far. */
  printed = "";

  private constructor(
    private readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  static async start(directory: string, nodeFlags: readonly string[] = []): Promise<DynamicProvider> {
    const child = spawn(process.execPath, [...nodeFlags, "./node_modules/@pulumi/pulumi/cmd/dynamic-provider", "127.0.0.1:0"], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
    const [port] = (await once(child.stdout, "data")) as [Buffer];
    const client = new ResourceProviderClient(`127.0.0.1:${port.toString().trim()}`, grpc.credentials.createInsecure());
    const provider = new DynamicProvider(child, client);
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (provider.printed += text.toString()));
    return provider;
  }

  async stop(): Promise<void> {
    this.client.close();
    this.child.kill();
    await once(this.child, "close");
  }

  async create(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const request = new providerProto.CreateRequest();
    request.setProperties(struct(inputs));
    const response = await new Promise<providerProto.CreateResponse>((resolve, reject) => this.client.create(request, (error, answer) => (error ? reject(error) : resolve(answer))));
    return { id: response.getId(), outputs: plain(response.getProperties()) };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<Properties> {
    const request = new providerProto.UpdateRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const response = await new Promise<providerProto.UpdateResponse>((resolve, reject) => this.client.update(request, (error, answer) => (error ? reject(error) : resolve(answer))));
    return plain(response.getProperties());
  }

  async diff(id: string, olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: string[] }> {
    const request = new providerProto.DiffRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const response = await new Promise<providerProto.DiffResponse>((resolve, reject) => this.client.diff(request, (error, answer) => (error ? reject(error) : resolve(answer))));
    return { changes: response.getChanges() === providerProto.DiffResponse.DiffChanges.DIFF_SOME, replaces: response.getReplacesList() };
  }

  async delete(id: string, outputs: Properties): Promise<void> {
    const request = new providerProto.DeleteRequest();
    request.setId(id);
    request.setProperties(struct(outputs));
    await new Promise<void>((resolve, reject) => this.client.delete(request, (error) => (error ? reject(error) : resolve())));
  }
}

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Record<string, Value.AsObject>);
}

function plain(properties: Struct | undefined): Properties {
  return (properties?.toJavaScript() ?? {}) as Properties;
}
