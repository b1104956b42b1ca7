/** What is claimed of every cluster's objects, and what is done to see it. */
export const checks = {
  objects: {
    claims: "every object of the programs is accepted, and stored as it was sent",
    what: "applied in the order of registration with strict field validation, and compared with what was stored",
  },
  "chart-objects": {
    claims: "every object of the rendered charts is accepted",
    what: "applied with strict field validation, but for webhooks: istiod's are there already, and nobody answers those of cert-manager",
  },
  twice: {
    claims: "applying the same again changes nothing",
    what: "all of them applied again, and the versions of the stored objects compared",
  },
  values: {
    claims: "every value that a rendered chart is given is one of the chart's and does something, or is a default that is said on purpose",
    what: "each chart rendered with and without each value; of istiod's chart also what its injector makes of a pod",
  },
  "mesh-config": {
    claims: "istiod has each key of the mesh's configuration",
    what: "istiod's own account of what it has taken, compared with the program's values",
  },
  declared: {
    claims: "the rendered charts make the Services, ports, accounts and labels that the components declare, and nothing else",
    what: "what each chart renders to, compared with its declaration",
  },
  pods: {
    claims: "every pod of a template is admitted under `restricted` as the injector returns it, but for the namespaces below, and changes no network itself",
    what: "the first pod of each workload of the programs and of the rendered charts made; no stand-in is among them",
  },
  analyze: {
    claims: "`istioctl analyze` finds nothing above the level of information, but for what is meant",
    what: "`istioctl analyze --all-namespaces`, with the pods and their stand-ins running",
  },
} as const;

export type CheckId = keyof typeof checks;
