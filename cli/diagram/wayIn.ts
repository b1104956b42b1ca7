import { RecordedResource } from "../../simulator/engine/plan";
import { Group } from "./model";
import { box, group } from "./parts";
import { inputTexts, PlanGraph } from "./planGraph";

/** The routes from gateways that another program made, as the platform's is for an app's project. Every proxy of the mesh, which is called so, is none. */
export function routesFromElsewhere(graph: PlanGraph): RecordedResource[] {
  const own = graph.ofType("kubernetes:networking.istio.io/*:Gateway");
  return graph
    .ofType("kubernetes:networking.istio.io/*:VirtualService")
    .filter((route) => inputTexts(route, "spec.gateways").some((name) => name !== "mesh") && !own.some((gateway) => graph.refers(route, gateway)));
}

/** The door of the platform that a program's routes are for, where the program has none itself. */
export function wayInGroup(graph: PlanGraph): Group[] {
  const routes = routesFromElsewhere(graph);
  const names = [...new Set(routes.flatMap((route) => inputTexts(route, "spec.gateways")))].filter((name) => name !== "mesh");
  return group("internet", "way-in", "Platform", box("internet", "gateway", "Gateway", names, routes));
}
