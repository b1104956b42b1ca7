import { PlatformConfig } from "./config/schema";

/** The hosts on which the platform's own parts answer, each with the part: no app of a team's can have one. */
export function platformHosts({ echo, kayenta, observability, signIn }: Pick<PlatformConfig, "echo" | "kayenta" | "observability" | "signIn">): Readonly<Record<string, string>> {
  const { grafana, kiali, tracing } = observability;
  return {
    ...Object.fromEntries(echo.hosts.map((host) => [host, "the echo server"])),
    ...(kayenta.host !== undefined && { [kayenta.host]: "Kayenta" }),
    ...(grafana && { [grafana.host]: "Grafana" }),
    ...(kiali && { [kiali.host]: "Kiali" }),
    ...(tracing && { [tracing.host]: "the traces" }),
    ...(signIn.host !== undefined && { [signIn.host]: "the sign-in" }),
  };
}
