// What ties the spans of one request together: each proxy makes its own, and only the app knows which call belongs to which request.
const traceHeaders = ["traceparent", "tracestate", "x-request-id"];

/**
 * Calls another server in the course of a request. How often it is tried again is for the mesh to say.
 *
 * @param {string} url
 * @param {{ within: number, for?: import("node:http").IncomingHttpHeaders, method?: string, body?: object }} options `within` in milliseconds
 * @returns {Promise<Response>} an answer of 200 to 299
 * @throws {Error} when there is none in time, or another one
 */
export async function call(url, { within, for: headers = {}, method = "GET", body }) {
  const passedOn = Object.fromEntries(traceHeaders.flatMap((name) => (typeof headers[name] === "string" ? [[name, headers[name]]] : [])));
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(within),
    headers: { ...passedOn, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url} was answered with ${response.status}`);
  return response;
}
