import { isRecord } from "../../../../simulator/engine/values";
import { changed, named } from "../claims/objects";
import { releaseOf } from "../claims/planned";
import { until } from "../lab/lab";
import { analyze, findingText } from "./analysis";
import { defaults, made } from "./charts";
import { declarationProblems } from "./declared";
import { notTaken } from "./meshConfig";
import { oversights, refusedObjects, refusedPods, wrongValues } from "./mistakes";
import { caught } from "./outcome";
import { alterations } from "./stored";
import { refusal, Trial } from "./trial";
import { valuesWithoutEffect, withValue } from "./values";

/** Makes a test of each mistake that must not pass. */
export function testMistakes(trial: () => Trial): void {
  for (const mistake of refusedObjects) {
    it(`refused: ${mistake.what}`, () =>
      caught("objects", mistake.what, mistake.says, () => {
        const object = changed(named(trial().ownObjects, mistake.object), mistake);
        return refusal(trial().lab.kube.apply([object], { dryRun: true }));
      }));
  }

  for (const mistake of refusedPods) {
    it(`refused: ${mistake.what}`, () =>
      caught("pods", mistake.what, mistake.says, () => {
        const pod = named(trial().pods, mistake.object);
        const object = changed({ ...pod, metadata: { ...pod.metadata, name: "try" } }, mistake);
        return refusal(trial().lab.kube.create(object, { dryRun: true }));
      }));
  }

  it("refused: a pod whose redirection the injector does itself, where the node's agent is not there for it", () =>
    caught("pods", "istiod without the node's agent", /violates PodSecurity "restricted:latest".*NET_ADMIN/, async () => {
      const { lab, platform, pods } = trial();
      const values = releaseOf(platform, "istiod").values;
      const injector = async (of: typeof values): Promise<void> => {
        const objects = await made(lab.control, platform, "istiod", of);
        await lab.kube.apply([named(objects, "ConfigMap istio-system/istio-sidecar-injector")]);
      };
      const pod = named(pods, "Pod echo/echo-0");
      const answer = (): Promise<string | undefined> => refusal(lab.kube.create({ ...pod, metadata: { ...pod.metadata, name: "try" } }, { dryRun: true }));
      await injector(withValue(values, ["cni", "enabled"], false));
      const refused = await until("the injector to redirect by itself", answer);
      await injector(values);
      await until("the injector to be as it was", async () => (await answer()) === undefined);
      return refused;
    }));

  for (const { what, release, path, value, says } of wrongValues) {
    it(`refused: ${what}`, () =>
      caught("values", what, says, async () => {
        const values = withValue(releaseOf(trial().platform, release).values, path, value);
        return valuesWithoutEffect({ release, values, paths: [path] }, trial().views, defaults).then(
          (useless) => useless.join("; "),
          (error: unknown) => String(error),
        );
      }));
  }

  it("found: a value that is stored otherwise than it was sent", () =>
    caught("objects", "somebody else's number of pods", /^spec\.replicas was sent as \d, and stored as 9$/, async () => {
      const { lab, ownObjects } = trial();
      const deployment = named(ownObjects, "Deployment guestbook/message-v1");
      const stored = await lab.kube.patch(deployment, { spec: { replicas: 9 } });
      await lab.kube.apply([deployment]);
      return alterations(deployment, stored).join("; ");
    }));

  it("found: a declaration that the chart doesn't keep", () =>
    caught("declared", "another port of a Service", /ports of Service cert-manager-webhook: declared/, async () => {
      const { declares } = releaseOf(trial().platform, "cert-manager");
      const wrong = { ...declares, services: { ...declares.services, "cert-manager-webhook": { ports: { https: { port: 443, targetPort: 443 } } } } };
      return declarationProblems("cert-manager", wrong, trial().charts["cert-manager"] ?? []).join("; ");
    }));

  it("found: a key of the mesh's configuration that there is not", () =>
    caught("mesh-config", "a key that istiod does not know", /^meshConfig\.accessLogFormatt is to be/, async () => {
      const { wantedMeshConfig, takenMeshConfig } = trial();
      return notTaken({ ...(isRecord(wantedMeshConfig) && wantedMeshConfig), accessLogFormatt: "x" }, takenMeshConfig).join("; ");
    }));

  for (const { what, change, finds } of oversights) {
    it(`found: ${what}`, () =>
      caught("analyze", what, finds, async () => {
        const { lab, ownObjects } = trial();
        const original = named(ownObjects, change.object);
        const wrong = changed({ ...original, metadata: { ...original.metadata, name: change.name ?? original.metadata.name } }, change);
        await lab.kube.apply([wrong]);
        const findings = (await analyze(lab)).map(findingText);
        if (change.name === undefined) await lab.kube.apply([original]);
        else await lab.kube.remove(wrong);
        return findings.filter((text) => finds.test(text)).sort().join("; ") || findings.join("; ");
      }));
  }
}
