/** A series that is worked out ahead. Its name is `level:metric:operations`. Source: https://prometheus.io/docs/practices/rules/ */
export interface Recording {
  readonly record: string;
  /** In PromQL. */
  readonly expr: string;
}

/** What is wrong when a query finds something. */
export interface Alert {
  /** The heading of its section in docs/components/alerts.md, too. */
  readonly alert: string;
  /** In PromQL: each series that it finds is one thing that is wrong. */
  readonly expr: string;
  /** How long it must find it without a break, as `5m`. */
  readonly for: string;
  /** `critical` breaks something for users now; `warning` will, or hides what does. */
  readonly labels: { readonly severity: "critical" | "warning" };
  readonly annotations: {
    /** One line that names what it is about. */
    readonly summary: string;
    /** What is seen, with the value. */
    readonly description: string;
    /** Where it is told what to do. */
    readonly runbook: string;
  };
}

/** Rules that are worked out one after the other, so that one can use those before it. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (Recording | Alert)[];
}
