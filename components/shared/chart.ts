/** A port of a Service that a chart makes. */
export interface DeclaredPort {
  readonly port: number;
  /** The port of the container: what an authorization policy counts by. */
  readonly targetPort: number;
}

/** A Service that a chart makes. */
export interface DeclaredService {
  /** The ports by their names. */
  readonly ports: Readonly<Record<string, DeclaredPort>>;
}

/** Pods that a chart makes. */
export interface DeclaredWorkload {
  readonly kind: "Deployment" | "DaemonSet" | "StatefulSet";
  /** The labels that select its pods and that a new version of the chart keeps. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
}

/**
 * What a release of a chart makes and others rely on. A preview can't see inside a chart, so that this is said beside its values; policies
 * and selectors of other objects are taken from here and written once.
 */
export interface ChartDeclaration {
  /** Services by name. */
  readonly services: Readonly<Record<string, DeclaredService>>;
  /** Workloads by name. */
  readonly workloads: Readonly<Record<string, DeclaredWorkload>>;
}
