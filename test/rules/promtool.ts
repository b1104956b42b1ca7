import * as fs from "node:fs";
import * as path from "node:path";
import { images } from "../../components/shared/versions";
import { asCommand, placeOf, provideGoTool } from "../support/goTool";

/* promtool of the very version that the platform runs. */

const version = images.prometheus.tag.replace(/^v/, "");

/** Where it is once it was built. */
export const promtool = placeOf({ name: "promtool", version });

/** Builds it where it isn't there. */
function provision(): undefined {
  // The module counts the same releases another way: v3.14.0 is v0.314.0. https://github.com/prometheus/prometheus#prometheus-code-base
  const [major, minor = "", patch] = version.split(".");
  const pinned = `github.com/prometheus/prometheus v0.${major}${minor.padStart(2, "0")}.${patch}`;
  const folder = path.join(__dirname, "promtool");
  if (!fs.readFileSync(path.join(folder, "go.mod"), "utf8").includes(`${pinned} `)) {
    throw new Error(`test/rules/promtool/go.mod names another version than the platform runs. In that folder: go get -tool github.com/prometheus/prometheus/cmd/promtool@${pinned.split(" ")[1]}`);
  }
  provideGoTool({
    name: "promtool",
    version,
    folder,
    importPath: "github.com/prometheus/prometheus/cmd/promtool",
    says: /version (\S+)/,
    linked: `-X github.com/prometheus/common/version.Version=${version}`,
    takes: "about three minutes on two cores",
  });
}

if (require.main === module) asCommand(provision);
