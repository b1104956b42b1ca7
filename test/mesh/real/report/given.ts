import type { Given } from "../claims/claim";

/** What is other than the program says, for a reader: `AuthorizationPolicy orders/orders-access is gone`. */
export function givenText({ changes = [], mesh = {}, stopped = [] }: Given): string {
  return [
    ...changes.map(({ object, at, value }) => `${at === undefined ? object : `${at.join(".")} of ${object}`} is ${value === undefined ? "gone" : JSON.stringify(value)}`),
    ...Object.entries(mesh).map(([key, value]) => `${key} of the mesh's configuration is ${JSON.stringify(value)}`),
    ...stopped.map((pod) => `${pod} is stopped`),
  ].join(", ");
}
