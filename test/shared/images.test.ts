import * as assert from "node:assert/strict";
import { imageHub, imageReference, upstreamRepositories } from "../../components/shared/images";
import { images } from "../../components/shared/versions";

describe("images", () => {
  it("come from their makers' registries unless another is named", () => {
    assert.equal(imageReference(images.istioPilot, {}), "docker.io/istio/pilot:1.31.1");
    assert.equal(imageReference(images.azureCli, {}), "mcr.microsoft.com/azure-cli:2.89.1");
  });

  it("keep their path and tag in the named registry", () => {
    const source = { registry: "crdev.azurecr.io" };
    assert.equal(imageReference(images.echoServer, source), "crdev.azurecr.io/mccutchen/go-httpbin:2.25.0");
    assert.equal(imageReference(images.azureCli, source), "crdev.azurecr.io/azure-cli:2.89.1");
  });

  it("have a hub that ends before their own name", () => {
    assert.equal(imageHub(images.istioProxy, {}), "docker.io/istio");
    assert.equal(imageHub(images.istioProxy, { registry: "crdev.azurecr.io" }), "crdev.azurecr.io/istio");
    assert.equal(imageHub(images.azureCli, { registry: "crdev.azurecr.io" }), "crdev.azurecr.io");
  });

  it("name each repository they come from once", () => {
    const { istioPilot, azureCli, kayenta } = images;
    assert.deepEqual(upstreamRepositories({ istioPilot, again: istioPilot, azureCli, kayenta }), ["docker.io/istio/pilot", "ghcr.io/spinnaker/kayenta", "mcr.microsoft.com/azure-cli"]);
  });

  // Its makers publish no versions: `master`, and one tag for each commit. https://github.com/envoyproxy/ratelimit#docker-image
  const taggedByCommit: readonly (keyof typeof images)[] = ["rateLimit"];

  it("never float: each has a full version, some a digest besides, and one a commit", () => {
    const version = /^v?\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?$/;
    const floating = Object.entries(images).filter(([name, { tag }]) => !(taggedByCommit.some((known) => known === name) ? /^[0-9a-f]{8,40}$/ : version).test(tag));
    assert.deepEqual(floating, []);
  });
});
