import type { IDestinationRule, IGateway, IServiceEntry, IVirtualService } from "@kubernetes-models/istio/networking.istio.io/v1";
import type { IEnvoyFilter } from "@kubernetes-models/istio/networking.istio.io/v1alpha3";
import type { IAuthorizationPolicy, IPeerAuthentication, IRequestAuthentication } from "@kubernetes-models/istio/security.istio.io/v1";
import type { ITelemetry } from "@kubernetes-models/istio/telemetry.istio.io/v1";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { reasonAnnotation } from "../shared/networkPolicy";

interface Specs {
  Gateway: NonNullable<IGateway["spec"]>;
  VirtualService: NonNullable<IVirtualService["spec"]>;
  DestinationRule: NonNullable<IDestinationRule["spec"]>;
  ServiceEntry: NonNullable<IServiceEntry["spec"]>;
  EnvoyFilter: NonNullable<IEnvoyFilter["spec"]>;
  AuthorizationPolicy: NonNullable<IAuthorizationPolicy["spec"]>;
  PeerAuthentication: NonNullable<IPeerAuthentication["spec"]>;
  RequestAuthentication: NonNullable<IRequestAuthentication["spec"]>;
  Telemetry: NonNullable<ITelemetry["spec"]>;
}

const apiVersions: Readonly<Record<keyof Specs, string>> = {
  Gateway: "networking.istio.io/v1",
  VirtualService: "networking.istio.io/v1",
  DestinationRule: "networking.istio.io/v1",
  ServiceEntry: "networking.istio.io/v1",
  EnvoyFilter: "networking.istio.io/v1alpha3",
  AuthorizationPolicy: "security.istio.io/v1",
  PeerAuthentication: "security.istio.io/v1",
  RequestAuthentication: "security.istio.io/v1",
  Telemetry: "telemetry.istio.io/v1",
};

/** A type whose texts, numbers and flags may come from resources. Its lists and objects are plain, so that a preview shows them. */
export type WithInputs<T> = T extends object ? { [Key in keyof T]: WithInputs<Exclude<T[Key], undefined>> } : pulumi.Input<T>;

/** What the spec of a kind may hold. A DestinationRule's choices among its fields are too many for the compiler with inputs in them: all of it is plain. */
type SpecOf<Kind extends keyof Specs> = Kind extends "DestinationRule" ? Specs[Kind] : WithInputs<Specs[Kind]>;

/** What an object of Istio's is called and says. */
export interface IstioObjectArgs<Kind extends keyof Specs> {
  readonly name: string;
  readonly namespace: string;
  /** Why it allows what is denied by default, where it does: an annotation. */
  readonly reason?: string;
  readonly spec: SpecOf<Kind>;
}

/**
 * An object of one of Istio's kinds, with a spec that the compiler checks: Istio's own validation lets some unknown fields pass in silence.
 * It must depend on istiod, whose webhook checks it when it is made.
 *
 * @example
 * istioObject("PeerAuthentication", "strict", { name: "default", namespace: "istio-system", spec: { mtls: { mode: "STRICT" } } }, { dependsOn: istio });
 * @source https://istio.io/latest/docs/reference/config/
 */
export function istioObject<Kind extends keyof Specs>(
  kind: Kind,
  name: string,
  args: IstioObjectArgs<Kind>,
  options: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const { namespace, reason, spec } = args;
  const metadata = { name: args.name, namespace, ...(reason !== undefined && { annotations: { [reasonAnnotation]: reason } }) };
  return new k8s.apiextensions.CustomResource(name, { apiVersion: apiVersions[kind], kind, metadata, spec }, options);
}
